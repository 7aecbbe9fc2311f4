import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServableBackend } from '../ports/backend.ts';
import type { Clock } from '../ports/system/clock.ts';
import type { Random } from '../ports/system/random.ts';
import { registerAdmission } from './access/admission.ts';
import { throughDoor } from './access/door.ts';
import { createKeyAccess, type KeyAccess } from './access/key-access.ts';
import { createRequestBackends } from './access/request-backend.ts';
import { checkJson } from './answers/check-json.ts';
import { HttpError } from './answers/http-error.ts';
import { createHttpApp, type Tls } from './http-app.ts';
import { LIMITS, type Limits } from './limits/limits.ts';
import { createRateLimiter } from './limits/rate-limiter.ts';
import { createTurnQueue } from './limits/turn-queue.ts';
import { measured } from './log/measured-backend.ts';
import { createMetrics } from './log/metrics.ts';
import { type LogSink, logRequest } from './log/request-log.ts';
import { clientOf } from './network/client-address.ts';
import { createCrossSiteCheck } from './network/cross-site.ts';
import { createHostCheck, type ServedNames } from './network/host-check.ts';
import { createOwnAddress } from './network/own-address.ts';
import { NO_PROXIES, type Proxies } from './network/proxies.ts';
import { registerSystemRoutes } from './system-routes.ts';
import { createLines } from './v1/json-lines.ts';
import { registerV1, V1 } from './v1/register-v1.ts';

export interface AppDeps {
  readonly backend: ServableBackend;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogSink;
  readonly names: ServedNames;
  readonly limits?: Partial<Limits>;
  readonly tls?: Tls;
  /** The proxies that are trusted to say where a request comes from. */
  readonly trustProxy?: Proxies;
  /** The URL under which clients know this server, without a slash at its end. */
  readonly baseUrl?: string;
  /** Registers what is served besides `/otpctl/v1`. */
  readonly mounts?: readonly Mount[];
}

/** What the server offers to mounted routes. */
interface MountContext extends Pick<KeyAccess, 'authorize' | 'may'> {
  /** The backend of a request, in which only what is in its scope is there; verifications, locks and messages are counted. */
  backendOf(request: FastifyRequest): ServableBackend;
  /** The URL under which the client of a request knows this server. */
  baseUrl(request: FastifyRequest): string;
}

type Mount = (app: FastifyInstance, context: MountContext) => void | Promise<void>;

/** Builds the server without listening, so that tests can inject requests. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { clock, random, tls, baseUrl, trustProxy = NO_PROXIES } = deps;
  const limits: Limits = { ...LIMITS, ...deps.limits };
  const metrics = createMetrics();
  const backend = measured(deps.backend, metrics);
  const limiter = (perMinute: number) => createRateLimiter(clock, perMinute, limits.clients);
  const access = createKeyAccess(backend.apiKeys, limiter(limits.failedAuthentications));
  const backends = createRequestBackends(backend);
  const waitForTurn = createTurnQueue();
  const host = createHostCheck(deps.names);
  const ownAddress = createOwnAddress({
    baseUrl,
    tls: tls !== undefined,
    anyHost: deps.names.any,
    serves: host.serves,
  });
  const checkCrossSite = createCrossSiteCheck(ownAddress.isOwn);
  const app = createHttpApp({ random, log: deps.log, limits, tls, trustProxy });
  app.decorateRequest('client', undefined);
  app.decorateRequest('apiKey', undefined);
  app.decorateRequest('scope', undefined);
  app.decorateRequest('backend', undefined);

  const headers = tls === undefined ? HEADERS : { ...HEADERS, ...TLS_HEADERS };
  // Before the key is checked: what is refused here counts against nobody's limit.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id);
    host.check(request);
    request.client = clientOf(request, trustProxy);
    checkCrossSite(request);
    if ((request.raw.url ?? '').length > limits.urlLength) throw new HttpError(414, 'the URL is too long');
    done();
  });
  registerAdmission(app, {
    access,
    backends,
    codes: limiter(limits.codes),
    requests: limits.requests === undefined ? undefined : limiter(limits.requests),
  });
  app.addHook('preValidation', (request, _, done) => {
    if (request.body !== undefined) checkJson(request.body, limits.jsonDepth);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    metrics.request(request.method, routeOf(request), reply.statusCode, reply.elapsedTime);
    logRequest(app.log, request, reply);
    done();
  });

  const mountContext: MountContext = {
    backendOf: backends.of,
    authorize: throughDoor(access, 'scim'),
    may: access.may,
    baseUrl: ownAddress.base,
  };
  registerSystemRoutes(app, backend, metrics);
  const sendLines = createLines({ waitForTurn, limits, keyOf: access.keyOf });
  const v1Context = { ...mountContext, authorize: throughDoor(access, 'v1'), clock, sendLines };
  await app.register(async (v1) => registerV1(v1, v1Context), { prefix: V1 });
  for (const mount of deps.mounts ?? []) await mount(app, mountContext);
  return app;
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const TLS_HEADERS = { 'strict-transport-security': 'max-age=31536000' };

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}
