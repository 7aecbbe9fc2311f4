import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { NEW_YEAR } from '../fixed.ts';
import { type Authority, createAuthority, type OAuthClient } from './authority.ts';
import { ENDPOINTS, type Endpoint, type FakeState } from './endpoints.ts';

/** What a request carried. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: unknown;
}

/** What a server does in place of its answer. With `apply` it does first what was asked. */
export interface Trick {
  readonly status?: number;
  /** A function answers by what was received. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly apply?: boolean;
  /** Never answers, or breaks the connection, or sends half of an answer and no more. */
  readonly silence?: 'hang' | 'cut' | 'half';
}

export interface FakeRsa extends FakeState {
  readonly origin: string;
  /** The base of the API, without `/v1`. */
  readonly url: string;
  readonly issuer: string;
  readonly received: Received[];
  /** What no good client sends: the wrong properties, claims, a `jti` for the second time. */
  readonly complaints: string[];
  readonly authority: Authority;
  /** The next answers to a path, whatever its method. */
  instead(path: string, ...tricks: readonly Trick[]): void;
  /** How many of them are left. */
  pending(path: string): number;
  /** The requests to a path. */
  to(path: string): readonly Received[];
}

export interface FakeOptions {
  readonly now?: () => number;
  readonly client?: OAuthClient;
  /** Its certificate; without one it is plain http. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export const DISABLE = '/v1/ds100/disable/otp';
export const ENABLE = '/v1/ds100/enable/otp';
export const LOOKUP = '/v1/ds100/lookup';
export const CLEAR_PIN = '/v1/ds100/clearPin/otp';
export const DELETE = '/v1/ds100/delete/otp';
export const TOKEN = '/token';
const API = '/AdminInterface/restapi';

/** The Cloud Administration API on loopback, as far as it is documented, and strict about what it is sent. */
export async function fakeRsa({ now = () => NEW_YEAR, client, tls }: FakeOptions = {}): Promise<FakeRsa> {
  const tricks = new Map<string, Trick[]>();
  const received: Received[] = [];
  const complaints: string[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('date', new Date(now() * 1000).toUTCString());
    answer(request, response).catch((error: unknown) => {
      complaints.push(`the fake failed: ${String(error)}`);
      response.destroy();
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  // Longer than any test: who keeps a connection waits until the test is given up.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http${tls === undefined ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: FakeState = { devices: new Map(), users: new Map() };
  const issuer = `${origin}/oauth`;
  const authority = createAuthority({ url: `${origin}${API}`, issuer, now, complaints, client });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const { method = '', url = '', headers } = request;
    const path = url.startsWith(API) ? url.slice(API.length) : url.replace(/^\/oauth/, '');
    received.push({ method, path, headers, text, body: jsonOf(text) });
    const trick = tricks.get(path)?.shift();
    if (trick === undefined || trick.apply) {
      const { status, body } = url.startsWith('/oauth/')
        ? await authority.token(headers, text)
        : await serve(method, path, headers, text);
      if (trick === undefined) return reply(response, status, body);
    }
    if (trick.silence === 'hang') return;
    if (trick.silence === 'cut') {
      response.destroy();
      return;
    }
    if (trick.silence === 'half') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('[{"userId":');
      return;
    }
    const { body } = trick;
    const made = typeof body === 'function' ? (body as (to: Received | undefined) => unknown)(received.at(-1)) : body;
    reply(response, trick.status ?? 200, made, trick.headers);
  }

  async function serve(method: string, path: string, headers: IncomingMessage['headers'], text: string) {
    const endpoint = ENDPOINTS.find((each) => each.method === method && each.path.test(path));
    if (endpoint === undefined) return { status: 404, body: { status: 404, error: 'Not Found', path } };
    const refused = await authority.check(headers.authorization, endpoint.scope, path);
    if (refused !== undefined) return { status: refused.status, body: refused.body };
    if (headers.accept !== 'application/json') complaints.push(`accept is ${headers.accept}`);
    return endpoint.serve(state, bodyFor(endpoint, headers, text), path) ?? { status: 200, body: undefined };
  }

  /** The body, which has the properties of the endpoint, no more and no fewer. */
  function bodyFor({ properties, method }: Endpoint, headers: IncomingMessage['headers'], text: string) {
    if (properties === undefined) {
      if (text !== '') complaints.push(`${method} has a body: ${text}`);
      return {};
    }
    if (headers['content-type'] !== 'application/json') complaints.push(`content-type is ${headers['content-type']}`);
    const body = jsonOf(text);
    const keys = Object.keys(body ?? {});
    const exact = keys.length === properties.length && properties.every((name) => keys.includes(name));
    const strings = Object.values(body ?? {}).every((value) => typeof value === 'string' && value !== '');
    if (exact && strings) return body as Record<string, string>;
    complaints.push(`${method} sent ${text}`);
    return undefined;
  }

  return {
    ...state,
    origin,
    url: `${origin}${API}`,
    issuer,
    received,
    complaints,
    authority,
    instead: (path, ...more) => void tricks.set(path, [...(tricks.get(path) ?? []), ...more]),
    pending: (path) => tricks.get(path)?.length ?? 0,
    to: (path) => received.filter((each) => each.path === path),
  };
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function reply(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}
