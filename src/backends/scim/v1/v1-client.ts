import type { Origin } from '../../../domain/audit/origin.ts';
import { type ErrorCode, OtpctlError } from '../../../domain/errors.ts';
import type { Secret } from '../../../domain/secret.ts';
import { runsNothingMore } from '../../../domain/text/command-line.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { RawAnswer } from '../../../http/send-once.ts';
import { type Members, malformed, membersIn } from '../devices/answer-members.ts';
import { originHeaders } from '../dialects.ts';
import { v1Path } from '../server/detect-dialect.ts';
import { unknownOutcome } from '../transport/failures.ts';
import { readJson } from '../transport/json-answer.ts';
import type { RemoteRequest, Transport } from '../transport/transport.ts';

/** A request to otpctl's own API. The path is below `/otpctl/v1`. */
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
  /**
   * Sends a request, and reads its answer with `read`. Errors: those of the server, by their codes; for an answer that
   * cannot be read `protocol`, or `outcome-unknown` if it was a change, which may have been made.
   */
  send<T>(request: V1Request, read: (answer: Members) => T): Promise<T>;
  /** An answer of JSON lines, in pages. */
  lines(path: string, query: V1Request['query']): AsyncIterable<readonly Members[]>;
}

/** Reads nothing of an answer. */
export function ignored(): void {}

/** The codes of errors that are passed on as they are. Those of the server's own store are not: they mean this machine. */
const CODES = [
  'invalid-value',
  'invalid-filter',
  'too-costly',
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

const PAGE_LINES = 500;

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
    async send(request, read) {
      const { status, json } = await send(request);
      try {
        if (json === undefined && status !== 204) throw malformed('something that cannot be read, or is cut off');
        return read(status === 204 ? {} : membersIn(json, 'answer'));
      } catch (error) {
        const { change } = request;
        const isUnread = error instanceof OtpctlError && error.code === 'protocol';
        throw isUnread && change !== undefined ? unknownOutcome(change.what, change.look, error) : error;
      }
    },
    async *lines(path, query) {
      const { text } = await send({ method: 'GET', path, ...(query !== undefined && { query }) });
      const lines = text.split('\n').filter((line) => line !== '');
      for (let at = 0; at < lines.length; at += PAGE_LINES) yield lines.slice(at, at + PAGE_LINES).map(lineOf);
    },
  };
}

function explain({ body }: RawAnswer, mask: (text: string) => string): Error | undefined {
  const { error } = (readJson(body.toString()) ?? {}) as { readonly error?: Readonly<Record<string, unknown>> };
  const { code, message, hint, step } = error ?? {};
  if (!CODES.includes(String(code)) || typeof message !== 'string') return undefined;
  const clean = (text: string) => printable(mask(text));
  const isHarmless = typeof hint === 'string' && runsNothingMore(hint);
  return new OtpctlError(code as ErrorCode, clean(message), isHarmless ? clean(hint) : undefined, {
    ...(typeof step === 'string' && { step: clean(step) }),
  });
}

function lineOf(line: string): Members {
  const json = readJson(line);
  if (json === undefined) throw malformed('a line that is no JSON, or is cut off');
  return membersIn(json, 'line of JSON');
}
