import { describe, expect, it } from 'vitest';
import { device, ERROR, replace, search } from '../support/scim-messages.ts';
import { DEVICE_URN, RFC_BASE, SOFFID_BASE, scimServer } from '../support/scim-server.ts';

const DEVICES = `${RFC_BASE}/OtpDevice`;

describe('a hostile request', () => {
  it.each([
    ['malformed JSON', 'POST', '', '{"schemas":', 400],
    ['a control character in JSON', 'POST', '', '{"user":"\n"}', 400],
    ['a trailing comma', 'POST', '', '{"user":"a",}', 400],
    ['a number', 'POST', '', '5', 400],
    ['true', 'PATCH', '/1', 'true', 400],
    ['10 MiB', 'POST', '', `{"user":"${'x'.repeat(10 * 1_048_576)}"}`, 413],
    ['JSON deeper than any message', 'POST', '', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400],
    ['open brackets only', 'PATCH', '/1', '['.repeat(1_000_000), 400],
    [
      'a filter of 100,000 characters',
      'POST',
      '/.search',
      JSON.stringify(search({ filter: 'a'.repeat(100_000) })),
      400,
    ],
    ['a filter of 100,000 brackets', 'POST', '/.search', JSON.stringify(search({ filter: '('.repeat(9_999) })), 400],
    [
      'a filter of many ors',
      'POST',
      '/.search',
      JSON.stringify(search({ filter: `id pr${' or id pr'.repeat(1000)}` })),
      200,
    ],
    ['100,000 attributes', 'POST', '/.search', JSON.stringify(search({ attributes: Array(100_000).fill('x') })), 200],
    [
      '100,000 operations',
      'PATCH',
      '/1',
      JSON.stringify({ ...replace('x', 1), Operations: Array(100_000).fill(0) }),
      400,
    ],
    ['a filter of 100,000 characters in its URL', 'GET', `?filter=${'a'.repeat(100_000)}`, undefined, 400],
    ['an id of SQL', 'GET', "/1'%20OR%20'1'='1", undefined, 404],
    ['an id of 400 digits', 'GET', `/${'9'.repeat(400)}`, undefined, 404],
    ['an id of NUL', 'GET', '/%00', undefined, 404],
    ['a broken escape in a path', 'GET', '/%zz', undefined, 400],
    ['a broken escape in a query', 'GET', '?filter=%zz', undefined, 400],
    ['dots', 'GET', '/..%2f..%2fetc%2fpasswd', undefined, 404],
  ])('with %s: %s %s is its 4xx, and the server serves on', async (_, method, path, body, expected) => {
    const { call } = await scimServer();
    await call('POST', DEVICES, device());
    const before = (await call('GET', DEVICES)).text;
    const answer = await call(method, DEVICES + path, body);
    expect(answer.status).toBe(expected);
    if (expected >= 400 && path !== '/%zz') {
      expect(answer.headers['content-type']).toBe('application/scim+json');
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: String(expected) });
      expect(answer.text.length).toBeLessThan(1000);
    }
    expect((await call('GET', DEVICES)).text).toBe(before);
  });

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'x',
  ])('of the type %s is 415', async (type) => {
    const { call } = await scimServer();
    for (const base of [RFC_BASE, SOFFID_BASE]) {
      const answer = await call('POST', `${base}/OtpDevice`, 'x', { 'content-type': type });
      expect([answer.status, answer.body.status]).toEqual([415, '415']);
    }
  });

  it('may name a charset with its type', async () => {
    const { call } = await scimServer();
    for (const type of ['application/scim+json; charset=utf-8', 'application/json;charset=UTF-8']) {
      expect((await call('POST', DEVICES, device(), { 'content-type': type })).status).toBe(201);
    }
  });

  it.each([
    `{"schemas":["${DEVICE_URN}"],"__proto__":{"type":"TOTP","user":"x"}}`,
    `{"schemas":["${DEVICE_URN}"],"constructor":{"prototype":{"type":"TOTP","user":"x"}}}`,
    `{"__proto__":{"schemas":["${DEVICE_URN}"]},"type":"TOTP","user":"x"}`,
  ])('cannot say through a prototype what it must say itself: %s', async (text) => {
    const { call } = await scimServer();
    expect((await call('POST', DEVICES, text)).status).toBe(400);
    expect({}).not.toHaveProperty('type');
  });

  it('is told no more than an id of what went wrong inside, which the log has', async () => {
    const server = await scimServer();
    await server.call('POST', DEVICES, device());
    server.backend.close();
    const { status, body } = await server.call('GET', `${DEVICES}/1`);
    expect(status).toBe(500);
    expect(body).toEqual({
      schemas: [ERROR],
      status: '500',
      detail: expect.stringMatching(/^internal error; its request id is \S+$/),
    });
    expect(server.log.some((line) => line.includes('request failed'))).toBe(true);
  });
});
