import { describe, expect, it } from 'vitest';
import { testServer } from '../support/server.ts';

describe('a hostile request', () => {
  const nested = (depth: number) => `{"codes":${'['.repeat(depth)}${']'.repeat(depth)}}`;

  it.each([
    ['malformed JSON', '{"type":"TOTP"', 400],
    ['nothing', '', 400],
    ['an array', '[]', 400],
    ['a string', '"TOTP"', 400],
    ['__proto__', '{"__proto__":{"type":"TOTP"},"user":"ada"}', 400],
    ['__proto__ inside', '{"type":"TOTP","user":{"__proto__":{}}}', 400],
    ['constructor', '{"constructor":{"prototype":{"x":1}},"type":"TOTP","user":"ada"}', 400],
    ['toString as a field', '{"toString":"x","type":"TOTP","user":"ada"}', 400],
    ['numbers for texts', '{"type":1,"user":2}', 400],
    ['null for a text', '{"type":"TOTP","user":null}', 400],
    ['a list for a text', '{"type":"TOTP","user":["ada"]}', 400],
    ['digits beyond reason', '{"type":"TOTP","user":"ada","digits":1e99}', 400],
    ['a period of none', '{"type":"TOTP","user":"ada","period":0}', 400],
    ['a user of spaces', '{"type":"TOTP","user":"  "}', 400],
    ['an unknown field', '{"type":"TOTP","user":"ada","admin":true}', 400],
    ['an unknown type', '{"type":"TOTP2","user":"ada"}', 400],
    ['depth', nested(100), 400],
    ['depth without end', nested(500_000), 400],
    ['ten megabytes', `{"user":"${'x'.repeat(10 * 2 ** 20)}"}`, 413],
  ])('with %s is a 4xx that repeats nothing of it', async (_, payload, status) => {
    const { app, key, backend } = await testServer();
    const authorization = `Bearer ${await key('super')}`;
    const response = await app.inject({
      method: 'POST',
      url: '/otpctl/v1/devices',
      headers: { authorization, 'content-type': 'application/json' },
      payload,
    });
    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual({ error: expect.objectContaining({ code: expect.any(String) }) });
    expect(response.body.length).toBeLessThan(500);
    expect(await backend.count({})).toBe(0);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/xml', 415],
  ])('of the type %s is a %i', async (type, status) => {
    const { app, key } = await testServer();
    const { statusCode } = await app.inject({
      method: 'POST',
      url: '/otpctl/v1/devices',
      headers: { authorization: `Bearer ${await key('super')}`, 'content-type': type },
      payload: '{"type":"TOTP","user":"ada"}',
    });
    expect(statusCode).toBe(status);
  });

  it.each([
    [`/otpctl/v1/devices?filter=${'x'.repeat(100_000)}`, 414],
    [`/otpctl/v1/devices?filter=${'('.repeat(11_000)}`, 400],
    ['/otpctl/v1/devices?filter=', 400],
    ['/otpctl/v1/devices?filter=secret+pr', 400],
    ['/otpctl/v1/devices?filter=user+eq+%22a%22&filter=user+pr', 400],
    ['/otpctl/v1/devices?count=-1', 400],
    ['/otpctl/v1/devices?count=1e3', 400],
    ['/otpctl/v1/devices?startIndex=0', 400],
    ['/otpctl/v1/devices?startIndex=999999999999999', 200],
    ['/otpctl/v1/devices?sortBy=secret', 400],
    ['/otpctl/v1/devices?__proto__=x', 400],
    ['/otpctl/v1/devices?text=%20', 400],
    ['/otpctl/v1/devices/%00', 404],
    ['/otpctl/v1/devices/1%20or%201=1', 404],
    ['/otpctl/v1/devices/99999999999999999999999', 404],
    [`/otpctl/v1/devices/${'1'.repeat(600)}`, 414],
    ['/otpctl/v1/devices/%', 400],
    ['/otpctl/v1/devices/%c3%28', 400],
    ['/otpctl/v1/audit?since=yesterday', 400],
    ['/otpctl/v1/audit?limit=x', 400],
    ['/otpctl/v1/challenged', 400],
  ])('for %.60s', async (url, status) => {
    const { key, send } = await testServer();
    expect((await send('GET', url, await key('super'))).status).toBe(status);
  });

  it('of a method that is not served finds nothing', async () => {
    const { app, key } = await testServer();
    const authorization = `Bearer ${await key('super')}`;
    for (const [method, foreign] of [
      ['OPTIONS', 404],
      ['PATCH', 403],
      ['PUT', 403],
      ['DELETE', 403],
    ] as const) {
      const ask = (more: Record<string, string>) =>
        app.inject({ method, url: '/otpctl/v1/devices', headers: { authorization, ...more } });
      const { statusCode, headers } = await ask({ origin: 'https://evil.example' });
      expect({ method, statusCode }).toEqual({ method, statusCode: foreign });
      expect((await ask({})).statusCode).toBe(404);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it.each([
    ['evil.example', 421],
    ['evil.example:8080', 421],
    ['otp.example.com.evil.example', 421],
    ['localhost.evil.example', 421],
    ['a b', 400],
    ['user@localhost', 400],
    ['otp.example.com', 200],
    ['OTP.example.com.:8443', 200],
    ['localhost:1234', 200],
    ['127.0.0.1', 200],
    ['[::1]:8080', 200],
  ])('for the host "%s" is answered with %i', async (host, status) => {
    const { app } = await testServer();
    expect((await app.inject({ url: '/healthz', headers: { host } })).statusCode).toBe(status);
  });

  it('is judged by its own host, whatever the one before it had', async () => {
    const { app } = await testServer();
    const hosts = [
      'localhost',
      'localhost',
      'evil.example',
      'localhost',
      'a b',
      'evil.example',
      '127.0.0.1',
      'localhost',
    ];
    const statuses: number[] = [];
    for (const host of hosts) statuses.push((await app.inject({ url: '/healthz', headers: { host } })).statusCode);
    expect(statuses).toEqual([200, 200, 421, 200, 400, 421, 200, 200]);
  });

  it('is answered with headers that keep it out of caches, frames and scripts', async () => {
    const { app } = await testServer();
    for (const url of ['/healthz', '/otpctl/v1/whoami', '/nothing']) {
      const { headers } = await app.inject({ url });
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-request-id': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-z]+$/),
      });
      expect(headers).not.toHaveProperty('strict-transport-security');
    }
  });

  it('that finds a bug is told the id of the request, and the log the rest', async () => {
    const { key, send, logged } = await testServer({
      mounts: [
        (app) =>
          void app.get('/scim/v2/boom', async () => {
            throw new Error('the sealed heart of the matter');
          }),
      ],
    });
    const { status, headers, body, text } = await send('GET', '/scim/v2/boom', await key('query'));
    expect(status).toBe(500);
    expect(body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '500',
      detail: `internal error in request ${headers['x-request-id']}`,
    });
    expect(text).not.toContain('heart');
    expect(logged()).toContain('the sealed heart of the matter');
    expect(logged()).toContain(String(headers['x-request-id']));
  });
});

describe('the log', () => {
  it('has of the target of a request its path, and nothing that could be a password', async () => {
    const { app, key, logged } = await testServer();
    const headers = {
      authorization: `Bearer ${await key('super')}`,
      referer: 'https://ada:hunter2@x.example/?hunter2',
    };
    for (const url of [
      '/otpctl/v1/devices?password=hunter2',
      '/otpctl/v1/devices/%?token=hunter2',
      '/otpctl/v1/devices/1%3Fcode=hunter2/verify',
      '/otpctl/v1/devices/%c3%28hunter2',
      '/http://ada:hunter2@localhost/x',
    ]) {
      const { body } = await app.inject({ method: 'POST', url, headers: { ...headers, 'x-token': 'hunter2' } });
      expect(body).not.toContain('hunter2');
    }
    expect(logged()).toContain('"path":"/otpctl/v1/devices/1%3Fcode=[secret]/verify"');
    expect(logged().replaceAll('%c3%28hunter2', '')).not.toContain('hunter2');
  });

  it('has a line for each request, and no key, code, PIN or secret in any', async () => {
    const { app, key, send, logged } = await testServer();
    const text = await key('super');
    const canaries = ['98765432', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', '424242', 'canaryuser', text, text.slice(-48)];
    await send('POST', '/otpctl/v1/devices', text, { type: 'PIN', user: 'ada', pin: '98765432' });
    const made = await send('POST', '/otpctl/v1/devices', text, {
      type: 'TOTP',
      user: 'ada',
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    });
    expect(made.status).toBe(201);
    await send('POST', '/otpctl/v1/devices/2/verify', text, { code: '424242' });
    await send('POST', '/otpctl/v1/devices/2/resync', text, { codes: ['424242', '424243'] });
    await send('POST', '/otpctl/v1/devices', text, { type: 'PIN', user: 'ada', pin: '98765432', bogus: 1 });
    await send('POST', '/otpctl/v1/devices', text, { type: 'TOTP', user: 'ada', secret: '98765432' });
    await send('POST', '/otpctl/v1/devices', text, { type: 'PIN', user: 'ada', pin: ['98765432'] });
    await send('GET', '/otpctl/v1/devices?filter=user+eq+%22canaryuser%22', text);
    await app.inject({
      url: '/otpctl/v1/whoami',
      headers: { authorization: `Basic ${Buffer.from(`a:${text}`).toString('base64')}` },
    });
    await app.inject({
      method: 'POST',
      url: '/otpctl/v1/devices',
      headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json' },
      payload: '{"pin":"98765432',
    });
    const lines = logged()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(10);
    expect(lines[2]).toEqual({
      level: 30,
      time: expect.any(Number),
      reqId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-z]+$/),
      method: 'POST',
      path: '/otpctl/v1/devices/2/verify',
      status: 200,
      ms: expect.any(Number),
      client: '127.0.0.1',
      key: 'key1',
      msg: 'request',
    });
    for (const canary of [...canaries, Buffer.from(text).toString('base64').slice(4, 30)])
      expect(logged()).not.toContain(canary);
  });
});
