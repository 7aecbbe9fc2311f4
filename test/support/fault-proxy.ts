import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What becomes of a request on its way; those that say `lose` let the server do its work first. */
export type Fault =
  | { readonly kind: 'pass' }
  /** The connection is reset, and the server hears nothing. */
  | { readonly kind: 'reset' }
  /** The server answers, and the connection is reset. */
  | { readonly kind: 'lose' }
  /** The server answers, and nothing comes of it; the connection stays open. */
  | { readonly kind: 'half-open' }
  /** The server answers, and so many bytes of it arrive before the connection is closed. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The server is not asked. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

export interface FaultProxy {
  readonly url: string;
  /** What becomes of the next requests, one after another; those beyond pass. */
  readonly faults: Fault[];
  /** Methods and paths, as they came. */
  readonly received: string[];
  /** Hears of a request before it is decided what becomes of it. */
  before: (path: string, method: string) => void;
}

/** A proxy on this machine that stands before a server, and fails as networks and gateways do. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const upstream = new URL(target);
  const faults: Fault[] = [];
  const received: string[] = [];
  const proxy = { url: '', faults, received, before: (_path: string, _method: string) => {} };
  const server = createServer(async (incoming, response) => {
    const body = await bodyOf(incoming);
    proxy.before(new URL(incoming.url ?? '/', target).pathname, incoming.method ?? '');
    received.push(
      `${incoming.method} ${new URL(incoming.url ?? '/', target).pathname.replace(/.*(?=\/OtpDevice)/, '')}`,
    );
    // Whoever waited for a late answer may be gone, and the server with it.
    await suffer(faults.shift() ?? { kind: 'pass' }, response, () => forward(upstream, incoming, body)).catch(() =>
      response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  proxy.url = `http://127.0.0.1:${port}${upstream.pathname}`;
  return proxy;
}

interface Forwarded {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

async function suffer(fault: Fault, response: ServerResponse, forwarded: () => Promise<Forwarded>): Promise<void> {
  const socket = response.socket as Socket;
  switch (fault.kind) {
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'lose':
      await forwarded();
      socket.resetAndDestroy();
      return;
    case 'half-open':
      await forwarded();
      return;
    case 'truncate': {
      const { status, body } = await forwarded();
      socket.write(`HTTP/1.1 ${status} X\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.end(body.subarray(0, fault.bytes));
      return;
    }
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
      pass(response, await forwarded());
      return;
    case 'answer':
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    case 'pass':
      pass(response, await forwarded());
  }
}

function pass(response: ServerResponse, { status, headers, body }: Forwarded): void {
  const { 'transfer-encoding': _chunked, ...kept } = headers;
  response.writeHead(status, { ...kept, 'content-length': body.length }).end(body);
}

function forward(upstream: URL, incoming: IncomingMessage, body: Buffer): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = incoming;
    const { host: _host, ...kept } = headers;
    const request = ask({
      host: upstream.hostname,
      port: upstream.port,
      method,
      path: url,
      headers: kept,
      agent: false,
    });
    request.on('error', reject);
    request.on('response', async (answer) => {
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: await bodyOf(answer) });
    });
    request.end(body);
  });
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
