import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scimChecks } from '../support/scim-checks.ts';
import { RFC_BASE, scimServer } from '../support/scim-server.ts';

const SCRIPT = join(import.meta.dirname, '../../scripts/scim-check.ts');

describe('the black-box checks', () => {
  it.each([[['TOTP', 'HOTP']], [['TOTP']]] as const)('pass over HTTP with %j enabled', async (types) => {
    const { app, backend } = await scimServer(types);
    const baseUrl = (await app.listen({ host: '127.0.0.1', port: 0 })) + RFC_BASE;
    const results = await Array.fromAsync(scimChecks({ baseUrl, authorization: 'Bearer super' }));
    expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(results.map(({ number }) => number)).toEqual(Array.from({ length: 28 }, (_, at) => at + 1));
    expect(await backend.count({})).toBe(0);
  });

  it('are a script, which says what passed and exits 0', async () => {
    const { app } = await scimServer(['TOTP', 'HOTP']);
    const baseUrl = (await app.listen({ host: '127.0.0.1', port: 0 })) + RFC_BASE;
    const environment = { ...process.env, SCIM_TOKEN: 'super' };
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, `${baseUrl}/`], { env: environment });
    expect(stdout).toContain('28 passed, 0 failed');
    await expect(promisify(execFile)(process.execPath, [SCRIPT, baseUrl], { env: {} })).rejects.toMatchObject({
      code: 1,
    });
  });

  it.each([
    ['errors with a number for their status', (body: string) => body.replace(/"status":"(4..)"/, '"status":$1'), 2],
    ['ids that are numbers', (body: string) => body.replace(/"id":"(\d+)"/g, '"id":$1'), 15],
    ['a secret that is shown', (body: string) => body.replace('"type":"TOTP"', '"type":"TOTP","pin":"1"'), 16],
    [
      'no schemas in what is found',
      (body: string) => body.replace(/(\[|,)\{"schemas":\[[^\]]*\],"id"/g, '$1{"id"'),
      22,
    ],
    ['an address that stays', (body: string) => body.replace(/"email":"[^"]*"/g, '"email":"x"'), 28],
    ['what was removed and is there', (body: string) => body.replace(/"fails":0/g, '"fails":0,"phone":"x"'), 27],
  ])('find %s', async (_, spoil, number) => {
    const { app } = await scimServer(['TOTP']);
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const server = createServer(async (request, response) => {
      const sent = await text(request);
      const { status, headers, body } = await answerOf(address + request.url, request, sent);
      response.writeHead(status, headers).end(spoil(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const target = { baseUrl: `http://127.0.0.1:${port}${RFC_BASE}`, authorization: 'Bearer super' };
    const failed = (await Array.fromAsync(scimChecks(target))).filter(({ outcome }) => outcome === 'failed');
    expect(failed.map((each) => each.number)).toContain(number);
  });

  it('fail where a server says yes to everything', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/scim+json' });
      response.end('{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const results = await Array.fromAsync(scimChecks({ baseUrl: `http://127.0.0.1:${port}` }));
    expect(results.filter(({ outcome }) => outcome === 'passed')).toEqual([]);
  });
});

async function answerOf(url: string, { method = 'GET', headers }: IncomingMessage, body: string) {
  const response = await fetch(url, {
    method,
    headers: { authorization: headers.authorization ?? '', 'content-type': headers['content-type'] ?? '' },
    ...(body !== '' && { body }),
  });
  const type = response.headers.get('content-type');
  return {
    status: response.status,
    headers: type === null ? {} : { 'content-type': type },
    body: await response.text(),
  };
}
