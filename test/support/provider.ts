import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface ReceivedCall {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  /** Names and values, as they came. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Provider {
  readonly port: number;
  readonly calls: readonly ReceivedCall[];
}

/** A real HTTP or HTTPS server on loopback that plays a provider; it stops with the test. */
export async function startProvider(
  answer: (response: ServerResponse, call: ReceivedCall) => void = (response) => response.end('{"status":100}'),
  tls?: { readonly cert: string; readonly key: string },
): Promise<Provider> {
  const calls: ReceivedCall[] = [];
  const listener: RequestListener = (request, response) => {
    text(request).then(
      (body) => {
        const { method = '', url: target = '', rawHeaders, headers } = request;
        const call = { method, target, rawHeaders, headers, body };
        calls.push(call);
        answer(response, call);
      },
      () => {},
    );
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  });
  return { port: (server.address() as AddressInfo).port, calls };
}
