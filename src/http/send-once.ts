import type { Dispatcher } from 'undici';

/** A request, complete. */
export interface Outgoing {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  /** By name, or as a list: name, value, name, value. */
  readonly headers: Readonly<Record<string, string>> | readonly string[];
  readonly body: string | null;
}

/** The answer of a server, whatever its status. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What came of one try. */
export type Outcome = ({ readonly kind: 'answer' } & RawAnswer) | FailedTry;

/** A try that has no answer, or not all of it. */
export interface FailedTry {
  readonly kind: 'failed';
  /** Whether the request, or part of it, may have reached the server. */
  readonly sent: boolean;
  /** Which of our limits ended it; undefined if none did. */
  readonly limit?: 'time' | 'bytes';
  readonly error: Error;
}

export interface TryLimits {
  /** Milliseconds for all of the try. Without it, the try ends when the dispatcher is destroyed, at the latest. */
  readonly timeout?: number;
  /** How many bytes of an answer are read. */
  readonly bytes: number;
  /** What happens with a longer answer: the try fails, or the beginning is taken for the answer. */
  readonly longer: 'fails' | 'is-cut';
}

/** Sends a request once, and reads the answer. Never rejects. */
export function sendOnce(
  dispatcher: Dispatcher,
  request: Outgoing,
  { timeout, bytes, longer }: TryLimits,
): Promise<Outcome> {
  return new Promise((resolve) => {
    let sent = false;
    let limit: FailedTry['limit'];
    let exchange: Dispatcher.DispatchController | undefined;
    const fail = (error: Error) => {
      clearTimeout(timer);
      resolve({ kind: 'failed', sent, ...(limit !== undefined && { limit }), error });
    };
    const late = () => {
      limit = 'time';
      const error = new Error('no answer in time');
      exchange?.abort(error);
      fail(error);
    };
    const timer = timeout === undefined ? undefined : setTimeout(late, timeout);
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    let headers: RawAnswer['headers'] = {};
    const succeed = () => {
      clearTimeout(timer);
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      resolve({ kind: 'answer', status, headers, body });
    };
    dispatcher.dispatch(request as Dispatcher.DispatchOptions, {
      onRequestStart(controller) {
        if (limit !== undefined) controller.abort(new Error('no answer in time'));
        else sent = true;
        exchange = controller;
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode;
        headers = received;
      },
      onResponseData(controller, chunk) {
        const room = bytes - size;
        size += chunk.length;
        if (longer === 'fails' && chunk.length > room) {
          limit = 'bytes';
          controller.abort(new Error('the answer is too large'));
          return;
        }
        chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
        if (longer === 'fails' || size < bytes) return;
        succeed();
        controller.abort(new Error('the rest is not read'));
      },
      onResponseEnd: succeed,
      onResponseError: (_controller, error) => fail(error),
    });
  });
}
