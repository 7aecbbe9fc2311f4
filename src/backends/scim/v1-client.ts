import { type ErrorCode, OtpctlError } from '../../domain/errors.ts';
import type { Origin } from '../../domain/origin.ts';
import { printable } from '../../domain/printable.ts';
import type { Secret } from '../../domain/secret.ts';
import { SEE_VERBOSE, unknownOutcome } from './failures.ts';
import { readJson } from './json-answer.ts';
import type { RawAnswer } from './one-try.ts';
import { originHeaders } from './origin-headers.ts';
import type { RemoteRequest, Transport } from './transport.ts';

/** A request to what an otpctl server has beside SCIM; paths are below `/otpctl/v1`. */
interface V1Request {
  readonly method: RemoteRequest['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  /** A change: who asks for it, what it is in words, and the command that shows what became of it. */
  readonly change?: { readonly origin: Origin; readonly what: string; readonly look: string };
  readonly secrets?: readonly Secret[];
}

export interface V1Client {
  /** The JSON of the answer. Errors: those of the server, by its codes; `protocol`, `outcome-unknown`. */
  send(request: V1Request): Promise<Readonly<Record<string, unknown>>>;
  /** An answer of one JSON a line. */
  lines(path: string, query: V1Request['query']): AsyncIterable<Readonly<Record<string, unknown>>>;
}

/** The codes of the server that are ours as well. What its own store says of itself is no business of a client. */
const CODES = [
  'invalid-value',
  'invalid-filter',
  'device-not-found',
  'user-not-found',
  'apikey-not-found',
  'unknown-setting',
  'ambiguous',
  'no-enabled-device',
  'status-forbids',
  'setting-forbids',
  'no-channel',
  'send-limit',
  'tag-without-value',
  'duplicate',
  'store-busy',
  'delivery-failed',
];

export function createV1Client(transport: Transport): V1Client {
  const base = transport.at(v1Path(transport.base.pathname));
  const send = ({ method, path, query, body, change, secrets }: V1Request) =>
    base.send({
      method,
      path,
      ...(query !== undefined && { query }),
      ...(body !== undefined && { body }),
      headers: {
        accept: 'application/json, application/x-ndjson',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(change !== undefined && originHeaders(change.origin)),
      },
      repeat: change === undefined ? 'read' : 'never',
      accept: [200, 201, 204],
      ...(change !== undefined && { change }),
      ...(secrets !== undefined && { secrets }),
      explain,
    });
  return {
    async send(request) {
      const { status, json } = await send(request);
      if (status === 204) return {};
      if (typeof json === 'object' && json !== null) return json as Readonly<Record<string, unknown>>;
      if (request.change !== undefined) throw unknownOutcome(request.change.what, request.change.look);
      throw new OtpctlError(
        'protocol',
        'the server answered with something that cannot be read, or is cut off',
        SEE_VERBOSE,
      );
    },
    async *lines(path, query) {
      const { text } = await send({ method: 'GET', path, ...(query !== undefined && { query }) });
      for (const line of text.split('\n')) if (line !== '') yield lineOf(line);
    },
  };
}

/** Beside the SCIM paths, also where all of them are below another. */
export function v1Path(scimPath: string): string {
  return `${scimPath.replace(/\/(?:scim\/v2|soffid\/webservice\/scim2\/v1)$/, '').replace(/\/$/, '')}/otpctl/v1`;
}

function explain({ body }: RawAnswer, mask: (text: string) => string): Error | undefined {
  const { error } = (readJson(body.toString()) ?? {}) as { readonly error?: Readonly<Record<string, unknown>> };
  const { code, message, hint } = error ?? {};
  if (!CODES.includes(String(code)) || typeof message !== 'string') return undefined;
  const clean = (text: string) => printable(mask(text));
  return new OtpctlError(code as ErrorCode, clean(message), typeof hint === 'string' ? clean(hint) : undefined);
}

function lineOf(line: string): Readonly<Record<string, unknown>> {
  const json = readJson(line);
  if (typeof json === 'object' && json !== null) return json as Readonly<Record<string, unknown>>;
  throw new OtpctlError('protocol', 'the server answered with a line that is no JSON, or is cut off', SEE_VERBOSE);
}
