import { expect, it } from 'vitest';
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
