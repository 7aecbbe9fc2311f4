import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { planListening } from '../../src/server/network/listening.ts';
import { type ServeDeps, type ServeOptions, serve } from '../../src/server/serve.ts';
import { systemClock } from '../../src/system/clock.ts';
import { systemRandom } from '../../src/system/random.ts';
import { ORIGIN } from '../support/backends.ts';
import { temporaryHome } from '../support/home.ts';
import { openBackend } from '../support/open-context.ts';

const LOCAL = { host: '127.0.0.1', port: 0, insecureHttp: false };

/** A server that listens; it ends with the test, or when it is told to. */
async function serving(options: Partial<ServeOptions>, home = temporaryHome(), more: Partial<ServeDeps> = {}) {
  const backend = await openBackend(home);
  const interruption = new AbortController();
  let announced: (line: string) => void = () => {};
  const line = new Promise<string>((resolve) => {
    announced = resolve;
  });
  let logged = '';
  const ended = serve(
    {
      backend,
      clock: systemClock,
      random: systemRandom,
      log: {
        write: (text) => {
          logged += text;
        },
      },
      announce: (text) => announced(text),
      interruption: interruption.signal,
      ...more,
    },
    { ...LOCAL, ...options },
  );
  ended.catch(() => {});
  onTestFinished(async () => {
    interruption.abort();
    await ended.catch(() => {});
    backend.close();
  });
  const where = (await Promise.race([line, ended.then(() => '')])).replace('listening on ', '');
  const { port } = URL.parse(where) ?? { port: '' };
  return { where, port: Number(port), backend, ended, stop: () => interruption.abort(), logged: () => logged };
}

/** What comes back for bytes that are sent as they are, until the server closes. */
function raw(port: number, text: string, more?: { readonly after: number; readonly text: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text);
      if (more) setTimeout(() => socket.write(more.text), more.after);
    });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
  });
}

function certificate(folder: string, name = 'localhost'): { tlsCert: string; tlsKey: string } {
  const tlsCert = join(folder, 'cert.pem');
  const tlsKey = join(folder, 'key.pem');
  const line = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=DNS:${name},IP:127.0.0.1`;
  execFileSync('openssl', [...line.split(' '), '-keyout', tlsKey, '-out', tlsCert], { stdio: 'ignore' });
  chmodSync(tlsKey, 0o600);
  return { tlsCert, tlsKey };
}

describe('listening', () => {
  it.each([
    [{ host: '0.0.0.0' }, 'usage', 'others can reach 0.0.0.0'],
    [{ host: '::' }, 'usage', 'others can reach ::'],
    [{ host: 'otp.example.com' }, 'usage', 'others can reach otp.example.com'],
    [{ host: '127.0.0.1.example.com' }, 'usage', 'others can reach'],
    [{ tlsCert: 'x' }, 'usage', 'TLS takes a certificate and its key'],
    [{ tlsKey: 'x' }, 'usage', 'TLS takes a certificate and its key'],
    [{ tlsCert: '/nowhere', tlsKey: '/nowhere' }, 'file-unreadable', 'is not there'],
    [{ baseUrl: 'otp.example.com' }, 'invalid-value', 'is no base URL'],
    [{ baseUrl: 'ftp://otp.example.com' }, 'invalid-value', 'is no base URL'],
    [{ baseUrl: 'https://a:b@otp.example.com' }, 'invalid-value', 'is no base URL'],
  ])('on %j is refused before anything is opened', (options, code, message) => {
    const plan = () => planListening({ ...LOCAL, ...options });
    expect(plan).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  it.each([
    { host: '127.0.0.1' },
    { host: '127.1.2.3' },
    { host: '::1' },
    { host: 'localhost' },
    { host: '0.0.0.0', insecureHttp: true },
    { host: '0.0.0.0', socket: '/run/x.sock' },
  ])('on %j is not', (options) => {
    const names = { names: [options.host], any: 'socket' in options };
    expect(planListening({ ...LOCAL, ...options })).toEqual({ names, trustProxy: expect.anything() });
  });

  it('refuses a key that others can read', () => {
    const paths = certificate(temporaryHome());
    chmodSync(paths.tlsKey, 0o640);
    expect(() => planListening({ ...LOCAL, ...paths })).toThrow(expect.objectContaining({ code: 'permissions' }));
    writeFileSync(paths.tlsCert, 'nonsense');
    chmodSync(paths.tlsKey, 0o600);
    expect(() => planListening({ ...LOCAL, ...paths })).toThrow('is not a certificate in PEM');
  });

  it('takes a port that is free, says which, and ends when it is told to', async () => {
    const { where, ended, stop } = await serving({});
    expect(where).toMatch(/^http:\/\/127\.0\.0\.1:[1-9][0-9]+$/);
    expect(await (await fetch(`${where}/healthz`)).json()).toEqual({ status: 'ok' });
    stop();
    await ended;
    await expect(fetch(`${where}/healthz`)).rejects.toThrow();
  });

  it('names a port that somebody has', async () => {
    const { port } = await serving({});
    const { ended } = await serving({ port }).catch((error) => ({ ended: Promise.reject(error) }));
    await expect(ended).rejects.toMatchObject({
      code: 'listen-failed',
      message: expect.stringContaining('EADDRINUSE'),
    });
  });

  it('over TLS answers for the names of the certificate and for no other', async () => {
    const folder = temporaryHome();
    const paths = certificate(folder, 'otp.example.org');
    const { where, port } = await serving({ ...paths, host: '127.0.0.1' });
    expect(where).toMatch(/^https:/);
    const ask = (host: string) =>
      new Promise<unknown[]>((resolve, reject) => {
        const request = httpsRequest(
          { host: '127.0.0.1', port, path: '/healthz', headers: { host }, rejectUnauthorized: false },
          (response) => {
            response.resume();
            resolve([response.statusCode, response.headers['strict-transport-security']]);
          },
        );
        request.on('error', reject);
        request.end();
      });
    expect(await ask('otp.example.org')).toEqual([200, 'max-age=31536000']);
    expect(await ask('evil.example')).toEqual([421, 'max-age=31536000']);
  });

  it('on a socket lets in nobody but its owner, and takes a stale one over', async () => {
    const folder = temporaryHome();
    const path = join(folder, 'http.sock');
    const ask = () =>
      new Promise<unknown>((resolve, reject) => {
        httpRequest({ socketPath: path, path: '/healthz', headers: { host: 'anything' }, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    const first = await serving({ socket: path });
    expect(first.where).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await ask()).toBe(200);
    await expect(
      (await serving({ socket: path }).catch((error) => ({ ended: Promise.reject(error) }))).ended,
    ).rejects.toMatchObject({
      code: 'listen-failed',
    });
    expect(await ask()).toBe(200);
    first.stop();
    await first.ended;
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();

    const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL');
    expect(statSync(path).isSocket()).toBe(true);
    await serving({ socket: path });
    expect(await ask()).toBe(200);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('on a path that is no socket is refused, and the file left alone', async () => {
    const path = join(temporaryHome(), 'precious');
    writeFileSync(path, 'x');
    const { ended } = await serving({ socket: path }).catch((error) => ({ ended: Promise.reject(error) }));
    await expect(ended).rejects.toMatchObject({ code: 'file-exists' });
    expect(statSync(path).size).toBe(1);
  });
});

describe('on the wire', () => {
  const HOST = 'Host: localhost\r\n';

  it.each([
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', `GET /healthz HTTP/1.1\r\n${HOST}Host: evil.example\r\nConnection: close\r\n\r\n`, 400],
    ['an empty Host', 'GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['HTTP of another kind', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a foreign Host', 'GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 421],
    [
      'Content-Length and Transfer-Encoding',
      `POST /healthz HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'Transfer-Encoding and Content-Length',
      `POST /healthz HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['two lengths', `POST /healthz HTTP/1.1\r\n${HOST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`, 400],
    ['an odd encoding', `POST /healthz HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400],
    ['headers without end', `GET /healthz HTTP/1.1\r\n${HOST}X: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
    ['a filter without end', `GET /otpctl/v1/devices?filter=${'x'.repeat(100_000)} HTTP/1.1\r\n${HOST}\r\n`, 431],
    ['TRACE', `TRACE /healthz HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 401],
    ['a path above', `GET /otpctl/../healthz HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 401],
    ['another host in the URL', `GET http://evil.example/healthz HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 400],
    ['its own host in the URL', `GET http://localhost/healthz HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 200],
    ['a user in the URL', `GET http://ada:hunter2@localhost/healthz HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 400],
    [
      'a user in a URL that cannot be read',
      `GET http://ada:hunter2@localhost/% HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
      400,
    ],
    ['a user and no scheme', `GET //ada:hunter2@localhost/x HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 401],
    ['a tunnel', `CONNECT ada:hunter2@localhost:443 HTTP/1.1\r\n${HOST}\r\n`, ''],
    ['OPTIONS for all', `OPTIONS * HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 400],
  ])('%s is answered, and the server goes on', async (_, text, status) => {
    const { port, where, logged } = await serving({});
    const answer = await raw(port, text);
    expect(answer.slice(0, 12)).toBe(status === '' ? '' : `HTTP/1.1 ${status}`);
    expect((await fetch(`${where}/healthz`)).status).toBe(200);
    expect(`${answer}${logged()}`).not.toContain('hunter2');
  });

  it('slow headers and slow bodies are cut off, and hold up nobody', async () => {
    const limits = { headersTimeout: 300, requestTimeout: 600, checkInterval: 100 };
    const { port, where, backend } = await serving({}, temporaryHome(), { limits });
    const { key } = await backend.apiKeys.create({ name: 'x', roles: ['super'] }, ORIGIN);
    const slow = Array.from({ length: 50 }, () => raw(port, `GET /healthz HTTP/1.1\r\n${HOST}X: `));
    const body = `POST /otpctl/v1/devices HTTP/1.1\r\n${HOST}Authorization: Bearer ${key.exposeText()}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
    slow.push(raw(port, body));
    expect((await fetch(`${where}/healthz`)).status).toBe(200);
    const answers = await Promise.all(slow);
    expect(answers.map((answer) => answer.slice(0, 12))).toEqual(answers.map(() => 'HTTP/1.1 408'));
  });

  it('silent connections of one client keep nobody out', async () => {
    const limits = { connections: 8, clientConnections: 5, idleTimeout: 1000 };
    const { port, where } = await serving({}, temporaryHome(), { limits });
    const silent = Array.from({ length: 20 }, () => raw(port, ''));
    for (let asked = 0; asked < 3; asked++) expect((await fetch(`${where}/healthz`)).status).toBe(200);
    expect(await Promise.all(silent)).toEqual(silent.map(() => ''));
  });

  it('a request that is under way when it ends is answered', async () => {
    const { port, backend, stop, ended } = await serving({});
    const { key } = await backend.apiKeys.create({ name: 'x', roles: ['super'] }, ORIGIN);
    const body = '{"type":"TOTP","user":"ada"}';
    const head = `POST /otpctl/v1/devices HTTP/1.1\r\n${HOST}Authorization: Bearer ${key.exposeText()}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const answer = raw(port, `${head}${body.slice(0, 5)}`, { after: 300, text: body.slice(5) });
    const began = Date.now();
    setTimeout(stop, 100);
    expect((await answer).slice(0, 12)).toBe('HTTP/1.1 201');
    await ended;
    // Not when the ten seconds are over that a client has that never ends.
    expect(Date.now() - began).toBeLessThan(9500);
  });

  it('memory stays flat under ten-megabyte bodies', async () => {
    const { where, backend } = await serving({});
    const { key } = await backend.apiKeys.create({ name: 'x', roles: ['super'] }, ORIGIN);
    const headers = { authorization: `Bearer ${key.exposeText()}`, 'content-type': 'application/json' };
    const payload = JSON.stringify({ user: 'x'.repeat(10 * 2 ** 20) });
    const post = async () => {
      const response = await fetch(`${where}/otpctl/v1/devices`, { method: 'POST', headers, body: payload });
      await response.text();
      return response.status;
    };
    const statuses = new Set<number>();
    for (let sent = 0; sent < 20; sent++) statuses.add(await post().catch(() => 413));
    const before = process.memoryUsage().rss;
    for (let sent = 0; sent < 60; sent++) statuses.add(await post().catch(() => 413));
    expect([...statuses]).toEqual([413]);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(100);
    expect((await fetch(`${where}/healthz`)).status).toBe(200);
  });
});
