import { OtpctlError } from '../domain/errors.ts';
import type { Instant } from '../domain/instant.ts';
import type { RandomBytes } from '../domain/random-source.ts';
import { utf8 } from '../domain/text/utf8.ts';
import { type Network, openConnections } from './network.ts';
import { retryWait } from './retry-wait.ts';

/** One request, complete. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * What came of a request: an answer, whatever its status, or none. `unanswered` says that one of the tries was sent and
 * had no answer, so that it may have been carried out.
 */
export type Outcome =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly unanswered: boolean }
  | { readonly kind: 'failed'; readonly error: OtpctlError; readonly unanswered: boolean };

/** Whether a request may be sent again when it is not known what became of it. */
type Repeat = 'safe' | 'never';

export interface TransportDeps {
  readonly now: () => Instant;
  readonly randomBytes: RandomBytes;
  /** Of one try, in milliseconds. */
  readonly timeout: number;
  readonly network: Network;
  trace(text: string): void;
  /** Waits; ends early when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface Transport {
  /** Sends a request, made anew for each try. What `make` throws before anything was sent is thrown on. */
  send(make: () => Promise<HttpRequest>, repeat: Repeat): Promise<Outcome>;
  close(): void;
}

const TRIES = 4;
/** Milliseconds after which a call ends, whatever is left to try. */
const TOTAL = 120_000;
const MAX_BYTES = 8 * 2 ** 20;
const CONNECT = 10_000;

/** Statuses that a later try may not have: too many requests, and a gateway without its server. */
const PASSING: readonly number[] = [429, 502, 503, 504];

export function createTransport(deps: TransportDeps): Transport {
  let connections: ReturnType<typeof openConnections> | undefined;

  const attempt = async (request: HttpRequest, total: AbortSignal): Promise<Attempt> => {
    const undici = await import('undici');
    connections ??= openConnections(deps.network, Math.min(CONNECT, deps.timeout));
    const dispatcher = await connections;
    const { method, url, headers, body } = request;
    try {
      const response = await undici.request(url, {
        dispatcher,
        method,
        headers,
        ...(body !== undefined && { body }),
        signal: AbortSignal.any([AbortSignal.timeout(deps.timeout), total]),
        headersTimeout: deps.timeout,
        bodyTimeout: deps.timeout,
      });
      const text = await readText(response.body, response.statusCode < 300);
      const after = response.headers['retry-after'];
      deps.trace(`${method} ${url}: ${response.statusCode}`);
      return {
        kind: 'answer',
        status: response.statusCode,
        text,
        retryAfter: typeof after === 'string' ? after : undefined,
      };
    } catch (error) {
      const failure = failureOf(error, new URL(url).host, deps.timeout);
      deps.trace(`${method} ${url}: ${failure.error.code}`);
      return failure;
    }
  };

  return {
    async send(make, repeat) {
      const total = AbortSignal.timeout(TOTAL);
      let unanswered = false;
      let waited = 0;
      for (let tries = 1; ; tries++) {
        const made = await makeRequest(make, unanswered);
        if (made instanceof OtpctlError) return { kind: 'failed', error: made, unanswered };
        const result = await attempt(made, total);
        if (result.kind === 'failed' && result.sent) unanswered = true;
        const again = mayPass(result) && (repeat === 'safe' || isUnprocessed(result));
        const wait = retryWait(tries, result.kind === 'answer' ? result.retryAfter : undefined, deps);
        if (!again || tries === TRIES || waited + wait > TOTAL || total.aborted) return outcomeOf(result, unanswered);
        waited += wait;
        deps.trace(`again in ${(wait / 1000).toFixed(1)} s`);
        await deps.sleep(wait, total);
      }
    },
    close() {
      connections?.then(
        (open) => open.destroy(),
        () => {},
      );
    },
  };
}

type Attempt =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly retryAfter: string | undefined }
  | { readonly kind: 'failed'; readonly error: OtpctlError; readonly sent: boolean; readonly passing: boolean };

/** The next request; where one is under way already, a failure to make it is an answer and no way out. */
async function makeRequest(make: () => Promise<HttpRequest>, underWay: boolean): Promise<HttpRequest | OtpctlError> {
  try {
    return await make();
  } catch (error) {
    if (underWay && error instanceof OtpctlError) return error;
    throw error;
  }
}

function mayPass(result: Attempt): boolean {
  return result.kind === 'answer' ? PASSING.includes(result.status) : result.passing;
}

/** Whether the server surely did nothing: it never had the request, or it would not look at it. */
function isUnprocessed(result: Attempt): boolean {
  return result.kind === 'answer' ? result.status === 429 : !result.sent;
}

function outcomeOf(result: Attempt, unanswered: boolean): Outcome {
  return result.kind === 'answer'
    ? { kind: 'answer', status: result.status, text: result.text, unanswered }
    : { kind: 'failed', error: result.error, unanswered };
}

/** What is no success is shown as it can be. */
async function readText(body: AsyncIterable<Buffer>, strict: boolean): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new OtpctlError('protocol', 'the answer of RSA is longer than any answer of its API');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const text = strict ? utf8(bytes) : bytes.toString();
  if (text === undefined) throw new OtpctlError('protocol', 'the answer of RSA is not UTF-8');
  return text;
}

const NOT_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const NOT_TRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/;
const TOO_LATE = /^(TimeoutError|AbortError|UND_ERR_ABORTED|UND_ERR_(HEADERS|BODY)_TIMEOUT)$/;

function failureOf(error: unknown, host: string, timeout: number): Attempt & { kind: 'failed' } {
  if (error instanceof OtpctlError) return { kind: 'failed', error, sent: true, passing: false };
  const { name, code = name } = error as NodeJS.ErrnoException;
  const failed = (kind: 'unreachable' | 'timed-out', message: string, hint: string) =>
    new OtpctlError(kind, message, hint, { cause: error });
  if (NOT_TRUSTED.test(code)) {
    const untrusted = failed(
      'unreachable',
      `${host} does not prove that it is ${host}: ${code}`,
      'a proxy that opens connections has a certificate of its own: name it with  NODE_EXTRA_CA_CERTS,  or caFile in the profile',
    );
    return { kind: 'failed', error: untrusted, sent: false, passing: false };
  }
  if (NOT_CONNECTED.test(code)) {
    const away = failed('unreachable', `${host} cannot be reached: ${code}`, 'look at the URL and at the network');
    return { kind: 'failed', error: away, sent: false, passing: true };
  }
  if (TOO_LATE.test(code) || TOO_LATE.test(name)) {
    const late = failed('timed-out', `${host} did not answer within ${timeout / 1000} seconds`, 'run it again');
    return { kind: 'failed', error: late, sent: true, passing: true };
  }
  const broken = failed('unreachable', `the connection to ${host} broke: ${code}`, 'run it again');
  return { kind: 'failed', error: broken, sent: true, passing: true };
}
