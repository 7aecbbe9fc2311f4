import { OtpctlError } from '../domain/errors.ts';
import { utf8 } from '../domain/text/utf8.ts';
import { readFileText } from '../files/input-file.ts';
import { INPUTS } from '../files/input-kinds.ts';
import { openDispatcher, type ProxyVariables } from '../http/dispatcher.ts';
import { networkFailure } from '../http/network-failure.ts';
import { PASSING, type RetryDeps, withRetries } from '../http/retry.ts';
import { type FailedTry, type RawAnswer, sendOnce } from '../http/send-once.ts';

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

export interface TransportDeps extends RetryDeps {
  /** Of one try, in milliseconds. */
  readonly timeout: number;
  /** A file with certificates of authorities to trust besides those of the system. */
  readonly caFile?: string | undefined;
  readonly proxy: ProxyVariables;
  trace(text: string): void;
}

export interface Transport {
  /** Sends a request, made anew for each try. What `make` throws before anything was sent is thrown on. */
  send(make: () => Promise<HttpRequest>, repeat: Repeat): Promise<Outcome>;
  close(): void;
}

const MAX_BYTES = 8 * 2 ** 20;
/** Milliseconds until a connection is there. */
const CONNECT = 10_000;
const FIRST_WAIT = 1000;
const LONGEST_ASKED = 60_000;

export function createTransport(deps: TransportDeps): Transport {
  const { timeout, caFile, proxy, trace, timer } = deps;
  let dispatcher: ReturnType<typeof openDispatcher> | undefined;
  const open = () => {
    const ca =
      caFile === undefined ? {} : { ca: readFileText(caFile, { ...INPUTS.certificates, what: 'the CA certificate' }) };
    return openDispatcher({ ...proxy, ...ca, connectTimeout: Math.min(CONNECT, timeout) });
  };
  const traced = {
    ...deps,
    timer: {
      ...timer,
      sleep: (milliseconds: number) => {
        trace(`again in ${(milliseconds / 1000).toFixed(1)} s`);
        return timer.sleep(milliseconds);
      },
    },
  };

  const tryOnce = async ({ method, url, headers, body }: HttpRequest, end: number): Promise<Result> => {
    dispatcher ??= open();
    const { origin, host, pathname, search } = new URL(url);
    const outcome = await sendOnce(
      await dispatcher,
      { origin, path: `${pathname}${search}`, method, headers, body: body ?? null },
      { timeout: Math.min(timeout, end - timer.elapsed()), bytes: MAX_BYTES, longer: 'fails' },
    );
    const result = outcome.kind === 'answer' ? answered(outcome) : failedTry(outcome, host, timeout);
    trace(`${method} ${url}: ${result.kind === 'answer' ? result.status : result.error.code}`);
    return result;
  };

  return {
    async send(make, repeat) {
      let unanswered = false;
      const attempt = async (end: number) => {
        const result = await tryOnce(await make(), end);
        unanswered ||= result.kind === 'failed' && result.sent;
        return result;
      };
      const mayRepeat = (result: Result) => mayPass(result) && (repeat === 'safe' || isUnprocessed(result));
      try {
        const retries = { mayRepeat, firstWait: FIRST_WAIT, longestAsked: LONGEST_ASKED };
        return { ...(await withRetries(attempt, retries, traced)), unanswered };
      } catch (error) {
        // An earlier try may have been carried out: then the error is the outcome, and the caller looks what happened.
        if (unanswered && error instanceof OtpctlError) return { kind: 'failed', error, unanswered };
        throw error;
      }
    },
    close() {
      dispatcher?.then(
        (open) => open.destroy(),
        () => {},
      );
    },
  };
}

type Result =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly headers: RawAnswer['headers'] }
  | Failed;

interface Failed {
  readonly kind: 'failed';
  readonly error: OtpctlError;
  /** Whether it may have been carried out. */
  readonly sent: boolean;
  /** Whether it may go well later. */
  readonly passing: boolean;
}

function mayPass(result: Result): boolean {
  return result.kind === 'answer' ? PASSING.includes(result.status) : result.passing;
}

/** Whether the server did nothing for sure: the request never reached it, or it refused to look at it. */
function isUnprocessed(result: Result): boolean {
  return result.kind === 'answer' ? result.status === 429 : !result.sent;
}

/** A success must be UTF-8. The text of an error is only shown, so there whatever is not UTF-8 is replaced. */
function answered({ status, headers, body }: RawAnswer): Result {
  const text = status < 300 ? utf8(body) : body.toString();
  if (text !== undefined) return { kind: 'answer', status, headers, text };
  return useless('the answer of RSA is not UTF-8');
}

function useless(message: string): Failed {
  return { kind: 'failed', error: new OtpctlError('protocol', message), sent: true, passing: false };
}

function failedTry({ limit, error }: FailedTry, host: string, timeout: number): Failed {
  if (limit === 'bytes') return useless('the answer of RSA is longer than any answer of its API');
  const { kind, code } = networkFailure(error);
  const failed = (why: 'unreachable' | 'timed-out', message: string, hint: string) =>
    new OtpctlError(why, message, hint, { cause: error });
  if (limit === 'time' || kind === 'no-tunnel') {
    const late = failed('timed-out', `${host} did not answer within ${timeout / 1000} seconds`, 'run it again');
    return { kind: 'failed', error: late, sent: true, passing: true };
  }
  if (kind === 'untrusted' || kind === 'no-tls') {
    const untrusted = failed(
      'unreachable',
      `${host} does not prove that it is ${host}: ${code}`,
      'a proxy that opens connections has a certificate of its own: name it with  NODE_EXTRA_CA_CERTS,  or caFile in the profile',
    );
    return { kind: 'failed', error: untrusted, sent: false, passing: false };
  }
  if (kind === 'unconnected') {
    const away = failed('unreachable', `${host} cannot be reached: ${code}`, 'look at the URL and at the network');
    return { kind: 'failed', error: away, sent: false, passing: true };
  }
  const broken = failed('unreachable', `the connection to ${host} broke: ${code}`, 'run it again');
  return { kind: 'failed', error: broken, sent: true, passing: true };
}
