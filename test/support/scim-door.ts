import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Door {
  readonly origin: string;
  /** Every request: method, path, and the credential that it carried. */
  readonly requests: readonly string[];
}

interface DoorOptions {
  /** Where SCIM is: the base path. */
  readonly base?: string;
  /** The value of `Authorization` that opens it. */
  readonly opens: string;
  /** Whether strangers may see the ServiceProviderConfig; otherwise 401 with this realm, everywhere. */
  readonly realm?: string;
  /** The status of an answer about devices to who is let in. */
  readonly devices?: number;
  /** Leads everything elsewhere. */
  readonly redirect?: string;
  /** Speaks https with these. */
  readonly tls?: ServerOptions;
}

/** A server that has SCIM's discovery and one list of devices, and notes who knocks. */
export async function scimDoor(options: DoorOptions): Promise<Door> {
  const { base = '/scim/v2', opens, realm, devices = 200, redirect, tls } = options;
  const requests: string[] = [];
  const listener: RequestListener = (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://door');
    requests.push(`${request.method} ${pathname}${search} ${request.headers.authorization ?? '-'}`);
    const answer = (status: number, body?: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    if (redirect !== undefined) return answer(302, undefined, { location: redirect });
    const mayEnter = (req: IncomingMessage) => req.headers.authorization === opens;
    if (realm !== undefined && !mayEnter(request)) return answer(401, undefined, { 'www-authenticate': realm });
    if (pathname === `${base}/ServiceProviderConfig`) return answer(200, CONFIG);
    if (pathname !== `${base}/OtpDevice`) return answer(404);
    if (!mayEnter(request)) return answer(401, undefined, { 'www-authenticate': 'Bearer' });
    return answer(devices, { totalResults: 42, Resources: [{ id: '1' }] });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
  };
}

const CONFIG = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false },
  filter: { supported: true, maxResults: 1000 },
};
