import { beforeEach, describe, expect, it } from 'vitest';
import { pngQr } from '../../src/output/qr-image.ts';
import type { AppDeps } from '../../src/server/build-app.ts';
import { parseProxies } from '../../src/server/network/proxies.ts';
import { registerScim } from '../../src/server/scim/register-scim.ts';
import { servedRoutes } from '../support/routes.ts';
import { testServer } from '../support/server.ts';

/** What a browser says of a request that another page made, one way or the other. */
const FOREIGN: readonly Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'https://localhost' },
  { origin: 'http://localhost:8081' },
  { origin: 'http://localhost.' },
  { origin: 'http://localhost:80.evil.example' },
  { origin: 'http://localhost@evil.example' },
  { origin: 'http://evil.example/http://localhost' },
  { origin: 'http://localhost/' },
  { origin: 'http://localhost, http://localhost' },
  { origin: 'http://localhost, https://evil.example' },
  { origin: 'http://localhost https://evil.example' },
  { origin: 'http://l\u00f6calhost' },
  { origin: 'http://xn--lcalhost-n4a' },
  { origin: 'localhost' },
  { origin: 'chrome-extension://aaaaaaaaaaaaaaaa' },
  { origin: 'file://' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'same-origin, cross-site' },
  { 'sec-fetch-site': 'CROSS-SITE' },
  { 'sec-fetch-site': '' },
  { origin: 'http://localhost', 'sec-fetch-site': 'cross-site' },
  { origin: 'http://localhost', 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  { origin: 'null', 'sec-fetch-site': 'none' },
];
const SAFE = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];
const VALUES = { id: '1', name: 'ada' };

/** A server with all that `otpctl serve` has, and how often a key of it was looked at. */
async function server(more: Partial<AppDeps> = {}) {
  let looked = 0;
  const made = await testServer(
    {
      mounts: [(app, surface) => registerScim(app, { ...surface, qrPng: pngQr })],
      limits: { failedAuthentications: 1, requests: 1000 },
      ...more,
    },
    {},
    (backend) => ({
      ...backend,
      apiKeys: {
        ...backend.apiKeys,
        authenticate(shown) {
          looked += 1;
          return backend.apiKeys.authenticate(shown);
        },
      },
    }),
  );
  return { ...made, looked: () => looked };
}

describe('a page of another origin', () => {
  let served: Awaited<ReturnType<typeof server>>;
  beforeEach(async () => {
    served = await server();
    await served.backend.create({ type: 'TOTP', user: 'ada' }, { actor: 'tester' });
  });

  it('changes nothing, by no route and no method, and is refused before its key is looked at', async () => {
    const { app, backend, key, looked } = served;
    const routes = servedRoutes(app, VALUES);
    const changing = routes.filter(({ method }) => !SAFE.includes(method));
    expect(changing.map(({ method, url }) => `${method} ${url}`)).toEqual(
      expect.arrayContaining([
        'POST /otpctl/v1/devices/1/enable',
        'PATCH /otpctl/v1/settings',
        'POST /otpctl/v1/apikeys/ada/rotate',
        'POST /scim/v2/Bulk',
        'PATCH /soffid/webservice/scim2/v1/OtpDevice/1',
      ]),
    );
    const urls = [...new Set(routes.map(({ url }) => url)), '/', '/nothing', '//otpctl//v1/devices/1/'];
    const authorization = `Basic ${Buffer.from(`key1:${await key('super')}`).toString('base64')}`;
    const before = JSON.stringify(await backend.find('1'));
    for (const url of urls) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
        for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
          const { statusCode } = await app.inject({ method, url, headers: { ...headers, authorization } });
          expect({ method, url, headers, statusCode }).toEqual({ method, url, headers, statusCode: 403 });
        }
      }
    }
    expect(looked()).toBe(0);
    expect(JSON.stringify(await backend.find('1'))).toBe(before);
  });

  it('is known by its origin, however it is written, and by what the browser says of it', async () => {
    const { app, key } = served;
    const authorization = `Bearer ${await key('super')}`;
    const post = async (headers: Record<string, string>) => {
      const url = '/otpctl/v1/devices/1/disable';
      const { statusCode } = await app.inject({ method: 'POST', url, headers: { authorization, ...headers } });
      return { headers, statusCode };
    };
    for (const headers of FOREIGN) {
      expect(await post({ host: 'localhost', ...headers })).toMatchObject({ headers, statusCode: 403 });
    }
    expect((await post({ host: 'localhost' })).statusCode).toBe(200);
  });

  it('is told so in the words of the place', async () => {
    const { app } = served;
    const headers = { origin: 'null' };
    const v1 = await app.inject({ method: 'POST', url: '/otpctl/v1/devices', headers });
    expect(v1.json()).toEqual({
      error: { code: 'forbidden', message: 'a page of another origin may change nothing here' },
    });
    const scim = await app.inject({ method: 'DELETE', url: '/scim/v2/OtpDevice/1', headers });
    expect(scim.json()).toMatchObject({ status: '403', detail: 'a page of another origin may change nothing here' });
  });

  it('costs the client none of its tries, requests or body', async () => {
    const { app, key } = await server({ limits: { failedAuthentications: 1, requests: 3, bodyBytes: 10 } });
    for (let sent = 0; sent < 20; sent++) {
      const { statusCode } = await app.inject({
        method: 'POST',
        url: '/otpctl/v1/devices',
        headers: { origin: 'https://evil.example', authorization: 'Bearer wrong', 'content-type': 'text/plain' },
        payload: 'x'.repeat(1000),
      });
      expect(statusCode).toBe(403);
    }
    const wrong = await app.inject({ url: '/otpctl/v1/whoami', headers: { authorization: 'Bearer wrong' } });
    expect(wrong.statusCode).toBe(401);
    const good = { authorization: `Bearer ${await key('query')}` };
    expect((await app.inject({ url: '/otpctl/v1/whoami', headers: good })).statusCode).toBe(200);
  });

  it('has no challenge issued by a GET either', async () => {
    const { app, key } = served;
    const authorization = `Bearer ${await key('super')}`;
    for (const url of [
      '/scim/v2/OtpDevice/1/requestChallenge',
      '/soffid/webservice/scim2/v1/OtpDevice/1/requestChallenge',
    ]) {
      const status = async (headers: Record<string, string>) =>
        (await app.inject({ url, headers: { authorization, ...headers } })).statusCode;
      expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403);
      expect(await status({ origin: 'https://evil.example' })).toBe(403);
      expect(await status({})).toBe(200);
    }
  });

  it('leaves no trace by a method that is safe', async () => {
    const { app, backend, key } = served;
    const authorization = `Bearer ${await key('super')}`;
    const count = async () => (await backend.audit.anchor()).count;
    const before = [await count(), JSON.stringify(await backend.find('1'))];
    for (const { method, url } of servedRoutes(app, VALUES).filter((route) => SAFE.includes(route.method))) {
      const response = await app.inject({
        method: method as 'GET',
        url,
        headers: { authorization, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      });
      const names = Object.keys(response.headers).filter((name) => name.startsWith('access-control'));
      expect({ url, names, policy: response.headers['cross-origin-resource-policy'] }).toEqual({
        url,
        names: [],
        policy: 'same-origin',
      });
    }
    expect([await count(), JSON.stringify(await backend.find('1'))]).toEqual(before);
  });

  it('gets no other method by a header or a parameter', async () => {
    const { app, backend, key } = served;
    const authorization = `Bearer ${await key('super')}`;
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override'])
      await app.inject({
        url: '/otpctl/v1/devices/1?_method=DELETE',
        headers: { authorization, origin: 'https://evil.example', [name]: 'DELETE' },
      });
    expect(await backend.find('1')).toBeDefined();
  });

  const FORMS = [
    'text/plain',
    'text/plain;application/json',
    'text/plain; x=application/json',
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded, application/json',
    'multipart/form-data; boundary=application/json',
    'application/jsonx',
    undefined,
  ];

  it('has no body taken of a type that a form can send without asking', async () => {
    const { app, key } = served;
    const authorization = `Bearer ${await key('super')}`;
    const payload = Buffer.from('{"type":"TOTP","user":"ada"}');
    for (const url of ['/otpctl/v1/devices', '/scim/v2/OtpDevice']) {
      for (const type of FORMS) {
        const headers = { authorization, ...(type !== undefined && { 'content-type': type }) };
        const { statusCode } = await app.inject({ method: 'POST', url, headers, payload });
        expect({ url, type, statusCode }).toEqual({ url, type, statusCode: 415 });
      }
    }
  });
});

describe('a page of the own origin', () => {
  const any = { names: { names: [], any: true } };
  const behind = { trustProxy: parseProxies(['10.0.0.5']) };
  const tls = { 'x-forwarded-proto': 'https' };

  // 401: it came as far as its key.
  it.each<[string, Partial<AppDeps>, Record<string, string>, number, string?]>([
    ['is the host that was asked', {}, { host: 'otp.example.com', origin: 'http://otp.example.com' }, 401],
    ['with its port', {}, { host: '[::1]:8080', origin: 'http://[::1]:8080' }, 401],
    ['whose port goes without saying', {}, { host: 'localhost:80', origin: 'http://localhost' }, 401],
    ['in other letters', {}, { host: 'OTP.example.com', origin: 'http://otp.EXAMPLE.com' }, 401],
    ['as the browser says itself', {}, { host: 'localhost', 'sec-fetch-site': 'same-origin' }, 401],
    ['or no page at all', {}, { host: 'localhost', 'sec-fetch-site': 'none' }, 401],
    ['not of another served name', {}, { host: 'localhost', origin: 'http://otp.example.com' }, 403],
    ['that of the base URL', { baseUrl: 'https://otp.example.com/otp' }, { origin: 'https://otp.example.com' }, 401],
    ['not by http', { baseUrl: 'https://otp.example.com' }, { origin: 'http://otp.example.com' }, 403],
    ['on a socket the host that was asked', any, { host: 'a.example', origin: 'http://a.example' }, 401],
    [
      'on a socket with a base URL that alone',
      { ...any, baseUrl: 'https://otp.example.com' },
      { host: 'evil.example', origin: 'http://evil.example' },
      403,
    ],
    [
      'that a trusted proxy has by TLS',
      behind,
      { host: 'otp.example.com', origin: 'https://otp.example.com', ...tls },
      401,
      '10.0.0.5',
    ],
    [
      'not that of any other neighbour',
      behind,
      { host: 'otp.example.com', origin: 'https://otp.example.com', ...tls },
      403,
      '10.0.0.6',
    ],
    [
      'under the name that a trusted proxy has',
      behind,
      { host: '10.0.0.9', origin: 'https://otp.example.com', 'x-forwarded-host': 'otp.example.com', ...tls },
      401,
      '10.0.0.5',
    ],
    [
      'not under a name that is not served',
      behind,
      { host: '10.0.0.9', origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', ...tls },
      403,
      '10.0.0.5',
    ],
    [
      'nor one that the client wrote before the proxy',
      behind,
      { host: '10.0.0.9', origin: 'http://otp.example.com', 'x-forwarded-host': 'otp.example.com, 10.0.0.9' },
      403,
      '10.0.0.5',
    ],
  ])('%s', async (_, more, headers, expected, remoteAddress = '127.0.0.1') => {
    const { app } = await testServer(more);
    const post = { method: 'POST', url: '/otpctl/v1/devices', remoteAddress, headers } as const;
    expect((await app.inject(post)).statusCode).toBe(expected);
  });
});
