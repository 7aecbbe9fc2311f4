import { createServer as createHttpServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RemoteServer } from '../../../src/backends/scim/transport/transport.ts';
import { serverUrl } from '../../../src/domain/place/server.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { makeCertificates } from '../../support/certificates.ts';
import { openTransport } from '../../support/remote.ts';

const { ca, cert, key } = makeCertificates();

/** A server with a certificate that only its own authority vouches for; what clients showed, one a request. */
async function tlsServer(options: ServerOptions = {}) {
  const shown: { readonly client: string | undefined; readonly authorization: string | undefined }[] = [];
  const server = createServer({ cert, key, ...options }, (request, response) => {
    const peer = (request.socket as TLSSocket).getPeerCertificate();
    shown.push({ client: peer?.subject?.CN as string | undefined, authorization: request.headers.authorization });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, shown };
}

/** A proxy that opens tunnels to this machine, whatever name it is asked for. */
async function proxyServer() {
  const asked: { readonly target: string; readonly headers: string }[] = [];
  const server = createHttpServer((_request, response) => response.writeHead(500).end());
  server.on('connect', (request, socket) => {
    asked.push({ target: request.url ?? '', headers: JSON.stringify(request.headers) });
    const tunnel = connect(Number((request.url ?? '').split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      tunnel.pipe(socket).pipe(tunnel);
    });
    tunnel.on('error', () => socket.destroy());
    socket.on('error', () => tunnel.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const ask = (url: string, server: Partial<RemoteServer>) =>
  openTransport(url, server).transport.send({ method: 'GET', path: '/OtpDevice', repeat: 'read', accept: [200] });

describe('a certificate', () => {
  it('of an authority that nobody trusts is refused, and one that the profile trusts is not', async () => {
    const { port, shown } = await tlsServer();
    const url = `https://localhost:${port}`;
    await expect(ask(url, {})).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('certificate'),
    });
    expect(shown).toEqual([]);
    expect((await ask(url, { ca })).status).toBe(200);
  });

  it('for another name is refused', async () => {
    const { port } = await tlsServer(makeCertificates('DNS:other.example.com'));
    await expect(ask(`https://localhost:${port}`, { ca })).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('of the client is shown to a server that wants one', async () => {
    const { port, shown } = await tlsServer({ requestCert: true, rejectUnauthorized: true, ca });
    const url = `https://localhost:${port}`;
    await expect(ask(url, { ca, timeout: 2 })).rejects.toMatchObject({ code: 'unreachable' });
    const client = { ca, clientCertificate: cert, clientKey: Secret.ofText(key) };
    expect((await ask(url, client)).status).toBe(200);
    expect(shown.map(({ client: name }) => name)).toEqual(['test server']);
  });
});

describe('a proxy', () => {
  it('tunnels what goes to a server by https, and never sees the credential', async () => {
    const { port, shown } = await tlsServer();
    const proxy = await proxyServer();
    const url = `https://sms.example.com:${port}`;
    expect((await ask(url, { ca, httpsProxy: proxy.url })).status).toBe(200);
    expect(proxy.asked.map(({ target }) => target)).toEqual([`sms.example.com:${port}`]);
    expect(proxy.asked[0]?.headers).not.toMatch(/authorization/i);
    expect(shown[0]?.authorization).toMatch(/^Basic /);
  });

  it('is passed by for the hosts of NO_PROXY, and for http on this machine', async () => {
    const { port } = await tlsServer();
    const proxy = await proxyServer();
    expect(
      (await ask(`https://localhost:${port}`, { ca, httpsProxy: proxy.url, noProxy: 'a.example, localhost' })).status,
    ).toBe(200);
    const plain = createHttpServer((_request, response) => response.end('{}'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void plain.close());
    await ask(`http://127.0.0.1:${(plain.address() as AddressInfo).port}`, { httpsProxy: proxy.url });
    expect(proxy.asked).toEqual([]);
  });
});

describe('the URL of a server', () => {
  it.each([
    'http://localhost:1/x',
    'http://127.0.0.1',
    'http://127.9.9.9:80',
    'http://[::1]:8080',
    'https://iam.example.com/a/',
  ])('%s is one', (url) => {
    expect(serverUrl(url)).toBe(url.replace(/\/$|:80$/, ''));
  });

  it.each([
    ['http://iam.example.com', 'usage', /in the clear/],
    ['http://10.0.0.1', 'usage', /in the clear/],
    ['http://127.0.0.1.example.com', 'usage', /in the clear/],
    ['http://localhost.example.com', 'usage', /in the clear/],
    ['ftp://iam.example.com', 'invalid-value', /neither https nor http/],
    ['file:///etc/passwd', 'invalid-value', /neither https nor http/],
    ['iam.example.com', 'invalid-value', /cannot be read/],
    ['https://ada:secret@iam.example.com', 'invalid-value', /a user name or a password/],
    ['https://iam.example.com?x=1', 'invalid-value', /a query/],
    ['https://iam.example.com#x', 'invalid-value', /a query/],
  ])('%s is none: %s', (url, code, message) => {
    expect(() => serverUrl(url)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
    expect(() => serverUrl(url)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
  });

  it('may be http to another host, if that is said', () => {
    expect(serverUrl('http://iam.example.com', true)).toBe('http://iam.example.com');
  });
});

it('requests go out no faster than the profile says', async () => {
  const plain = createHttpServer((_request, response) => response.end('{}'));
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void plain.close());
  const { transport, slept } = openTransport(`http://127.0.0.1:${(plain.address() as AddressInfo).port}`, {
    ratePerSecond: 4,
  });
  for (let time = 0; time < 4; time++)
    await transport.send({ method: 'GET', path: '/x', repeat: 'read', accept: [200] });
  expect(slept).toEqual([250, 250, 250]);
});
