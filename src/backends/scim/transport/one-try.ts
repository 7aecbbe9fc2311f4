import type { Dispatcher } from 'undici';

/** A request as it goes out, once. */
export interface Outgoing {
  readonly origin: string;
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What one try came to. `sent` says whether anything of it may have reached the server. */
export type TryOutcome =
  | { readonly kind: 'answer'; readonly answer: RawAnswer }
  | { readonly kind: 'failed'; readonly sent: boolean; readonly timedOut: boolean; readonly error: Error };

/** Answers beyond this are not read: a page of a thousand devices has a fraction of it. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Sends a request once, and reads the whole answer. Never rejects. `timeout` is milliseconds, all of it included. */
export function tryOnce(dispatcher: Dispatcher, request: Outgoing, timeout: number): Promise<TryOutcome> {
  return new Promise((resolve) => {
    let sent = false;
    let timedOut = false;
    let exchange: Dispatcher.DispatchController | undefined;
    const fail = (error: Error) => {
      clearTimeout(timer);
      resolve({ kind: 'failed', sent, timedOut, error });
    };
    const timer = setTimeout(() => {
      timedOut = true;
      const late = new Error('no answer in time');
      exchange?.abort(late);
      fail(late);
    }, timeout);
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    let headers: RawAnswer['headers'] = {};
    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        if (timedOut) controller.abort(new Error('no answer in time'));
        else sent = true;
        exchange = controller;
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode;
        headers = received;
      },
      onResponseData(controller, chunk) {
        size += chunk.length;
        if (size > MAX_BYTES) controller.abort(new Error('the answer is too large'));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        clearTimeout(timer);
        const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        resolve({ kind: 'answer', answer: { status, headers, body } });
      },
      onResponseError: (_controller, error) => fail(error),
    });
  });
}
