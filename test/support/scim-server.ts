import fastify, { type FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { RIGHTS } from '../../src/domain/api-key/rights.ts';
import { allow, grantsOf } from '../../src/domain/api-key/role.ts';
import { DEVICE_TYPES, type DeviceType } from '../../src/domain/device/device.ts';
import { pngQr } from '../../src/output/qr-image.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import type { CodeMessage, Messenger } from '../../src/ports/messenger.ts';
import { registerScim } from '../../src/server/scim/register-scim.ts';
import { IMPLEMENTATIONS } from './backends.ts';
import { CHANNELS } from './channels.ts';
import { countedRandom, fixedClock } from './fixed.ts';

export const RFC_BASE = '/scim/v2';
export const SOFFID_BASE = '/soffid/webservice/scim2/v1';
export const DEVICE_URN = 'urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at member by member.
  readonly body: any;
}

export interface ScimServer {
  readonly app: FastifyInstance;
  readonly backend: ServableBackend;
  readonly clock: ReturnType<typeof fixedClock>;
  /** The messages that were sent, the newest last. */
  readonly sent: readonly CodeMessage[];
  /** Sends a request with a JSON body, if any, as a client with all roles or those named. */
  call(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Every line of the server's log. */
  readonly log: readonly string[];
}

/** What an authorizer answers 401 and 403 with. */
class Refused extends Error {
  readonly statusCode: number;
  readonly headers: Record<string, string>;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.headers = statusCode === 401 ? { 'www-authenticate': 'Bearer realm="otpctl"' } : {};
  }
}

/** The SCIM routes over an embedded backend, authorized by a bearer token that names roles: `query,manage`, or `super`. */
export async function scimServer(enabledTypes: readonly DeviceType[] = DEVICE_TYPES): Promise<ScimServer> {
  const clock = fixedClock();
  const sent: CodeMessage[] = [];
  const log: string[] = [];
  const messenger: Messenger = {
    prepare: (message) => async () => {
      sent.push(message);
    },
  };
  const [local] = IMPLEMENTATIONS;
  if (local === undefined) throw new Error('there is no backend');
  const backend = await local.open({ clock, random: countedRandom(), messenger });
  const off = DEVICE_TYPES.filter((type) => !enabledTypes.includes(type)).map((type) => [
    `${type.toLowerCase()}.enabled`,
    false,
  ]);
  if (!enabledTypes.includes('SMS')) off.push(['voice.enabled', false]);
  await backend.settings.change({ ...CHANNELS, ...Object.fromEntries(off) }, { actor: 'tester' });
  const app = fastify({
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, maxParamLength: 500 },
    logger: { stream: { write: (line: string) => void log.push(line) } },
  });
  registerScim(app, {
    backendOf: () => backend,
    authorize(request, action) {
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
      if (token === undefined) throw new Refused(401, 'no key was given');
      if (!allow(grantsOf(token.split(',')), action))
        throw new Refused(403, `the key lacks the role ${RIGHTS[action]}`);
      return { actor: token };
    },
    may(request, action) {
      const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
      return allow(grantsOf(token.split(',')), action);
    },
    baseUrl: (request) => `http://${request.host}`,
    qrPng: pngQr,
  });
  await app.ready();
  onTestFinished(() => app.close());
  return {
    app,
    backend,
    clock,
    sent,
    log,
    async call(method, url, body, headers = {}) {
      const response = await app.inject({
        method: method as 'GET',
        url,
        headers: {
          authorization: 'Bearer super',
          ...(body !== undefined && { 'content-type': 'application/scim+json' }),
          ...headers,
        },
        ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = response.body;
      return {
        status: response.statusCode,
        headers: response.headers,
        text,
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
  };
}
