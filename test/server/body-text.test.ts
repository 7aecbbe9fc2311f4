import { expect, it } from 'vitest';
import { pngQr } from '../../src/output/qr-image.ts';
import { registerScim } from '../../src/server/scim/register-scim.ts';
import { testServer } from '../support/server.ts';

it.each([
  ['PATCH', '/otpctl/v1/users', { users: [{ name: 'MUELLER', attributes: {} }] }],
  ['POST', '/otpctl/v1/devices', { type: 'EMAIL', user: 'MUELLER', email: 'a@example.com' }],
  ['POST', '/scim/v2/OtpDevice', { schemas: ['x'], userName: 'MUELLER' }],
])('a body that is not UTF-8 is refused, and nothing of it is kept: %s %s', async (method, url, body) => {
  const { app, key, backend } = await testServer();
  const manager = await key('super');
  const before = (await backend.audit.anchor()).count;
  const response = await app.inject({
    method: method as 'POST',
    url,
    headers: { host: 'otp.example.com', authorization: `Bearer ${manager}`, 'content-type': 'application/json' },
    payload: Buffer.from(JSON.stringify(body).replace('MUELLER', 'M\u00fcller'), 'latin1'),
  });
  expect(response.statusCode).toBe(400);
  expect(response.body).toContain('the body is not UTF-8');
  expect((await backend.audit.anchor()).count).toBe(before);
});

it.each([
  [
    'PATCH',
    '/otpctl/v1/users',
    '{"users":[{"name":"ada","attributes":{}}],"us\\u0065rs":[{"name":"eve","attributes":{}}]}',
  ],
  ['PATCH', '/otpctl/v1/users', '{"users":[{"name":"ada","attributes":{"mail":"a@example.com","mail" : null}}]}'],
  ['POST', '/otpctl/v1/devices', '{"type":"TOTP","user":"ada","user":"eve"}'],
  ['POST', '/otpctl/v1/devices', '{"type":"TOTP","user":"ada","x":["\\ud800"],"user":"eve","x":1}'],
  ['POST', '/scim/v2/OtpDevice', '{"user":"ada","user":"eve","type":"TOTP"}'],
  ['PATCH', '/scim/v2/OtpDevice/1', '{"Operations":[{"op":"replace","path":"status","value":"L","value":"V"}]}'],
])('a body in which a name is there twice is refused: %s %s', async (method, url, payload) => {
  const { app, key, backend } = await testServer({
    mounts: [(served, surface) => registerScim(served, { ...surface, qrPng: pngQr })],
  });
  await backend.create({ type: 'TOTP', user: 'ada' }, { actor: 'tester' });
  const authorization = `Bearer ${await key('super')}`;
  const before = (await backend.audit.anchor()).count;
  const headers = { host: 'localhost', authorization, 'content-type': 'application/json' };
  const response = await app.inject({ method: method as 'POST', url, headers, payload });
  expect({ status: response.statusCode, body: response.body }).toEqual({
    status: 400,
    body: expect.stringMatching(/has a name twice|half a surrogate/),
  });
  expect((await backend.audit.anchor()).count).toBe(before);
});

it('a body that is no JSON is said to be none', async () => {
  const { app, key } = await testServer();
  const authorization = `Bearer ${await key('super')}`;
  for (const payload of ['{"a', '{"a":1', '"', '{"a":"\\', '{"__proto__":1}']) {
    const headers = { host: 'localhost', authorization, 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url: '/otpctl/v1/devices', headers, payload });
    expect({ payload, body: response.body }).toEqual({ payload, body: expect.stringContaining('not valid JSON') });
  }
});
