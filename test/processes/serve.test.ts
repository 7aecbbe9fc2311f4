import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { timeStep, totp } from '../../src/domain/otp/totp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { json, otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { serverProcess } from '../support/server-process.ts';

const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const SECRET = new Secret(Buffer.from('12345678901234567890'));
const codeNow = () => totp(SECRET, timeStep(Math.floor(Date.now() / 1000), 30), { algorithm: 'SHA1', digits: 6 });

async function keyIn(home: string, role = 'super'): Promise<string> {
  return String((await json(['apikey', 'create', `key of ${role}`, '--role', role], { home }))['key']);
}

async function post(url: string, key: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** A request whose body comes in two parts. */
function slowly(url: string, key: string, body: string, pause: number): Promise<string> {
  return new Promise((resolve) => {
    const half = Math.floor(body.length / 2);
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.write(
        `POST /otpctl/v1/devices HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, half)}`,
      );
      setTimeout(() => socket.write(body.slice(half)), pause);
    });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

describe('otpctl serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s, after what is under way', async (signal) => {
    const home = temporaryHome();
    const key = await keyIn(home);
    const server = await serverProcess(home);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9][0-9]+$/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const answer = slowly(server.url, key, '{"type":"TOTP","user":"ada"}', 1000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await server.stop(signal)).toBe(0);
    expect((await answer).slice(0, 12)).toBe('HTTP/1.1 201');
    expect(await json(['device', 'show', '1'], { home })).toMatchObject({ user: 'ada' });
    expect(server.stdout()).toBe('');
    const [line, ...log] = server.stderr().trim().split('\n');
    expect(line).toBe(`listening on ${server.url}`);
    expect(log.map((text) => JSON.parse(text))).toMatchObject([{ path: '/readyz' }, { path: '/otpctl/v1/devices' }]);
  });

  it('waits ten seconds for a client that never ends, and no longer', async () => {
    const home = temporaryHome();
    const server = await serverProcess(home, ['--port', '0', ...(await storeWith(home))]);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const began = Date.now();
    expect(await server.stop('SIGTERM')).toBe(0);
    const waited = Date.now() - began;
    expect(waited).toBeGreaterThan(9500);
    expect(waited).toBeLessThan(30_000);
    socket.destroy();
  });

  it.each([
    [['--host', '0.0.0.0', '--port', '0'], 2, 'others can reach 0.0.0.0'],
    [['--port', '65536'], 2, 'the port is 65536'],
    [['--port', 'http'], 2, 'is not a whole number'],
    [['--rate-limit', '100'], 2, 'is not a rate'],
    [['--tls-cert', 'x'], 2, 'TLS takes a certificate and its key'],
    [['--store', '/nowhere/otpctl.db'], 2, 'there is no store'],
    [['--host', '192.0.2.1', '--port', '0', '--insecure-http'], 7, 'the server cannot listen on 192.0.2.1 port 0'],
  ])('with %j does not start', async (argv, exit, message) => {
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home });
    const outcome = await program(['serve', ...argv], { home });
    expect(outcome).toEqual({ exit, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('listens for others over TLS, and on a socket of its own', async () => {
    const home = temporaryHome();
    const key = await keyIn(home);
    const [cert, pem, socketPath] = ['cert.pem', 'key.pem', 'http.sock'].map((name) => join(home, name)) as [
      string,
      string,
      string,
    ];
    const line = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=otp.example.org';
    const san = 'subjectAltName=DNS:otp.example.org';
    execFileSync('openssl', [...line.split(' '), '-addext', san, '-keyout', pem, '-out', cert], { stdio: 'ignore' });
    chmodSync(pem, 0o600);
    const headers = { authorization: `Bearer ${key}` };
    const path = '/otpctl/v1/whoami';
    const answer = (options: RequestOptions, request: typeof httpsRequest) =>
      new Promise<unknown>((resolve, reject) => {
        request({ path, agent: false, ...options }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    const tls = await serverProcess(home, ['--host', '0.0.0.0', '--port', '0', '--tls-cert', cert, '--tls-key', pem]);
    const { port } = new URL(tls.url);
    const over = { host: '127.0.0.1', port, rejectUnauthorized: false };
    for (const [host, status] of [
      ['otp.example.org', 200],
      ['evil.example', 421],
    ] as const)
      expect(await answer({ ...over, headers: { ...headers, host } }, httpsRequest)).toBe(status);
    const local = await serverProcess(home, ['--socket', socketPath]);
    expect(local.url).toBe(socketPath);
    expect(await answer({ socketPath, headers: { ...headers, host: 'x' } }, httpRequest)).toBe(200);
    for (const server of [tls, local]) expect(await server.stop('SIGTERM')).toBe(0);
    expect(existsSync(socketPath)).toBe(false);
  });

  it('gives fifty clients of two servers with one good code one yes, and none after a restart', async () => {
    const home = temporaryHome();
    await otpctl(['device', 'create', 'totp', '--user', 'ada', '--secret-stdin'], { home, stdin: KEY });
    const key = await keyIn(home, 'verify');
    const servers = [await serverProcess(home), await serverProcess(home)];
    const code = codeNow();
    const verify = (url: string) => post(`${url}/otpctl/v1/devices/1/verify`, key, { code });
    const verdicts = await Promise.all(Array.from({ length: 50 }, (_, at) => verify(servers[at % 2]?.url ?? '')));
    expect(verdicts.map(({ id }) => id)).toEqual(verdicts.map(() => '1'));
    expect(verdicts.filter(({ success }) => success)).toHaveLength(1);
    await otpctl(['device', 'unlock', '1'], { home });
    await otpctl(['device', 'reset-fails', '1'], { home });
    for (const server of servers) expect(await server.stop('SIGTERM')).toBe(0);
    const next = await serverProcess(home);
    expect(await verify(next.url)).toMatchObject({ success: false, status: 'V', fails: 0 });
    expect(await json(['audit', 'verify'], { home })).toMatchObject({ intact: true });
  });

  it('is correct beside another server and command lines on one store', async () => {
    const home = temporaryHome();
    const key = await keyIn(home);
    const servers = [await serverProcess(home), await serverProcess(home)];
    const made = await Promise.all([
      ...Array.from({ length: 40 }, (_, at) =>
        post(`${servers[at % 2]?.url}/otpctl/v1/devices`, key, { type: 'TOTP', user: `user${at % 7}` }),
      ),
      ...Array.from({ length: 8 }, (_, at) =>
        program(['device', 'create', 'totp', '--user', `user${at}`, '--show-secret', '-o', 'json'], { home }).then(
          ({ stdout }) => ({ device: JSON.parse(stdout) }),
        ),
      ),
    ]);
    const devices = made.map(({ device }) => device as { id: string; name: string });
    expect(new Set(devices.map(({ id }) => id)).size).toBe(48);
    expect(new Set(devices.map(({ name }) => name)).size).toBe(48);
    const wrong = Array.from({ length: 12 }, (_, at) =>
      at % 3 === 0
        ? program(['device', 'verify', '1', '000000'], { home })
        : post(`${servers[at % 2]?.url}/otpctl/v1/devices/1/verify`, key, { code: '000000' }),
    );
    await Promise.all(wrong);
    expect(await json(['device', 'show', '1'], { home })).toMatchObject({ status: 'L', fails: 10 });
    const results = await json<{ result: string }[]>(['audit', 'list', '--action', 'device.verify'], { home });
    expect(results.filter(({ result }) => result.startsWith('rejected: wrong code'))).toHaveLength(10);
    expect(await json(['audit', 'verify'], { home })).toMatchObject({ intact: true, entries: 1 + 1 + 48 + 12 });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
  });

  it('takes a key from the moment it is made elsewhere to the moment it is revoked there', async () => {
    const home = temporaryHome();
    const boss = await keyIn(home);
    const servers = [await serverProcess(home), await serverProcess(home)];
    const statuses = async (key: string) =>
      Promise.all(
        servers.map(async ({ url }) => {
          const response = await fetch(`${url}/otpctl/v1/whoami`, { headers: { authorization: `Bearer ${key}` } });
          return response.status;
        }),
      );
    const key = await keyIn(home, 'query');
    expect(await statuses(key)).toEqual([200, 200]);
    const rotated = String((await json(['apikey', 'rotate', 'key of query'], { home }))['key']);
    expect([await statuses(key), await statuses(rotated)]).toEqual([
      [401, 401],
      [200, 200],
    ]);
    const made = await post(`${servers[0]?.url}/otpctl/v1/apikeys`, boss, { name: 'x', roles: ['query'] });
    expect(await statuses(String(made['key']))).toEqual([200, 200]);
    const init = { method: 'DELETE', headers: { authorization: `Bearer ${boss}` } };
    expect((await fetch(`${servers[1]?.url}/otpctl/v1/apikeys/x`, init)).status).toBe(204);
    expect(await statuses(String(made['key']))).toEqual([401, 401]);
    await otpctl(['apikey', 'revoke', 'key of query'], { home });
    expect(await statuses(rotated)).toEqual([401, 401]);
  });

  it('writes no key, code, PIN or secret anywhere but where it belongs', async () => {
    const home = temporaryHome();
    const key = await keyIn(home);
    const server = await serverProcess(home, ['--port', '0', '--verbose']);
    await post(`${server.url}/otpctl/v1/devices`, key, { type: 'TOTP', user: 'ada', secret: KEY });
    await post(`${server.url}/otpctl/v1/devices`, key, { type: 'PIN', user: 'ada', pin: '98765432' });
    const code = codeNow();
    expect(await post(`${server.url}/otpctl/v1/devices/1/verify`, key, { code })).toMatchObject({ success: true });
    await fetch(`${server.url}/otpctl/v1/devices/1/verify?code=${code}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: `{"code":"${code}"`,
    });
    expect(await server.stop('SIGTERM')).toBe(0);
    for (const canary of [key, key.slice(-48), KEY, '98765432', `"${code}"`, `=${code}`])
      expect(server.stderr()).not.toContain(canary);
  });
});

/** Makes the store of a home, and names it. */
async function storeWith(home: string): Promise<readonly string[]> {
  await otpctl(['store', 'init'], { home });
  return ['--store', storeOf(home)];
}
