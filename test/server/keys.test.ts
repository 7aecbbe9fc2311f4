import { describe, expect, it } from 'vitest';
import type { Grant, Role } from '../../src/domain/api-key/role.ts';
import { testServer } from '../support/server.ts';

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('API keys over HTTP', () => {
  it('come as a bearer token, or as the password of Basic', async () => {
    const { app, backend } = await testServer();
    const { id, key } = await backend.apiKeys.create({ name: 'Portal', roles: ['helpdesk'] }, { actor: 'tester' });
    const text = key.exposeText();
    const secret = text.slice(-48);
    const whoami = async (authorization: string) =>
      (await app.inject({ url: '/otpctl/v1/whoami', headers: { authorization } })).json();
    const expected = { id, name: 'Portal', roles: ['query', 'verify', 'unlock', 'cancel'] };
    for (const good of [
      `Bearer ${text}`,
      `bearer  ${text}`,
      basic(id, text),
      basic(id, secret),
      basic('portal', text),
      basic('Portal', secret),
    ])
      expect(await whoami(good)).toEqual(expected);
    for (const bad of [
      `Bearer ${text.slice(0, -1)}`,
      `Bearer ${secret}`,
      basic('other', text),
      basic('', text),
      basic(id, ''),
      `Basic ${Buffer.from('no colon').toString('base64')}`,
      'Basic ???',
      'Negotiate abc',
      text,
      '',
    ])
      expect(await whoami(bad)).toMatchObject({ error: { code: 'unauthenticated' } });
  });

  it('are asked for with 401, both schemes and a SCIM error', async () => {
    const { app } = await testServer();
    for (const url of ['/scim/v2/OtpDevice', '/metrics', '/']) {
      const { statusCode, headers, body } = await app.inject({ url, remoteAddress: '203.0.113.5' });
      expect(statusCode).toBe(401);
      expect(headers['www-authenticate']).toEqual(['Bearer realm="otpctl"', 'Basic realm="otpctl", charset="UTF-8"']);
      expect(headers['content-type']).toBe('application/scim+json');
      expect(JSON.parse(body)).toEqual({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '401',
        detail: 'this needs an API key',
      });
    }
  });

  const ROUTES: readonly (readonly [string, string, Role, unknown?])[] = [
    ['GET', '/devices', 'query'],
    ['GET', '/devices/1', 'query'],
    ['GET', '/challenged?user=ada', 'query'],
    ['POST', '/devices/1/challenge', 'verify'],
    ['POST', '/devices/1/verify', 'verify', { code: '1' }],
    ['POST', '/devices/1/resync', 'unlock', { codes: ['1', '2'] }],
    ['POST', '/devices/1/lock', 'manage'],
    ['POST', '/devices/1/unlock', 'unlock'],
    ['POST', '/devices/1/enable', 'manage'],
    ['POST', '/devices/1/reset-fails', 'unlock'],
    ['POST', '/devices/1/disable', 'cancel'],
    ['PUT', '/devices/1/contact', 'manage', {}],
    ['POST', '/devices', 'manage', { type: 'TOTP', user: 'ada' }],
    ['GET', '/apikeys', 'manage'],
    ['POST', '/apikeys', 'manage', { name: 'x', roles: ['query'] }],
    ['POST', '/apikeys/x/rotate', 'manage'],
    ['DELETE', '/apikeys/x', 'manage'],
    ['DELETE', '/devices/1', 'manage'],
    ['GET', '/audit', 'audit'],
    ['GET', '/audit/chain', 'audit'],
    ['GET', '/audit/anchor', 'audit'],
    ['GET', '/audit/verification', 'audit'],
  ];
  const HOLDERS: readonly (readonly [Grant, readonly Role[]])[] = [
    ['query', ['query']],
    ['verify', ['query', 'verify']],
    ['unlock', ['query', 'unlock']],
    ['cancel', ['query', 'cancel']],
    ['manage', ['query', 'verify', 'unlock', 'cancel', 'manage']],
    ['audit', ['audit']],
    ['helpdesk', ['query', 'verify', 'unlock', 'cancel']],
    ['super', ['query', 'verify', 'unlock', 'cancel', 'manage', 'audit']],
  ];

  it.each(HOLDERS)('of the role %s open what it may, and no more', async (grant, may) => {
    const { backend, key, send } = await testServer();
    await backend.create({ type: 'TOTP', user: 'ada' }, { actor: 'tester' });
    const text = await key(grant);
    for (const [method, path, needed, body] of ROUTES) {
      const { status, body: answer } = await send(method, `/otpctl/v1${path}`, text, body);
      if (may.includes(needed))
        expect({ method, path, status: status < 500 && status !== 403 }).toMatchObject({ status: true });
      else
        expect({ method, path, status, answer }).toEqual({
          method,
          path,
          status: 403,
          answer: { error: { code: 'forbidden', message: `the API key lacks the role ${needed}` } },
        });
    }
  });

  it('are the actor in the audit log, with reason and ticket', async () => {
    const { app, backend, key, send } = await testServer();
    await backend.create({ type: 'TOTP', user: 'ada' }, { actor: 'tester' });
    const text = await key('super');
    await app.inject({
      method: 'POST',
      url: '/otpctl/v1/devices/1/lock',
      headers: {
        authorization: `Bearer ${text}`,
        'otpctl-reason': encodeURIComponent('Gerät verloren'),
        'otpctl-ticket': 'INC-7',
      },
    });
    const { text: lines } = await send('GET', '/otpctl/v1/audit?action=device.lock', text);
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      expect.objectContaining({ actor: 'key:key1', reason: 'Gerät verloren', ticket: 'INC-7', action: 'device.lock' }),
    ]);
    for (const note of ['%', 'a%0Ab', 'x'.repeat(1001)]) {
      const { statusCode } = await app.inject({
        method: 'POST',
        url: '/otpctl/v1/devices/1/unlock',
        headers: { authorization: `Bearer ${text}`, 'otpctl-reason': note },
      });
      expect({ note, statusCode }).toEqual({ note, statusCode: 400 });
    }
  });

  it('end with their life, at once when they are revoked', async () => {
    const { backend, clock, send } = await testServer();
    const now = clock.now();
    const { key } = await backend.apiKeys.create(
      { name: 'x', roles: ['query'], expires: now + 10 },
      { actor: 'tester' },
    );
    const status = async () => (await send('GET', '/otpctl/v1/whoami', key.exposeText())).status;
    expect(await status()).toBe(200);
    clock.set(now + 10);
    expect(await status()).toBe(401);
    clock.set(now);
    expect(await status()).toBe(200);
    await backend.apiKeys.revoke('x', { actor: 'tester' });
    expect(await status()).toBe(401);
  });

  it('never make, renew or revoke one that may do more', async () => {
    const { key, send, backend } = await testServer();
    const manager = await key('manage');
    const boss = await key('super');
    const forbidden = { error: { code: 'forbidden', message: expect.stringContaining('lacks the role audit') } };
    for (const roles of [['audit'], ['super'], ['query', 'super']])
      expect((await send('POST', '/otpctl/v1/apikeys', manager, { name: 'x', roles })).body).toEqual(forbidden);
    expect((await send('POST', '/otpctl/v1/apikeys/key2/rotate', manager)).body).toEqual(forbidden);
    expect((await send('DELETE', '/otpctl/v1/apikeys/KEY2', manager)).body).toEqual(forbidden);
    expect((await send('GET', '/otpctl/v1/whoami', boss)).status).toBe(200);
    const made = await send('POST', '/otpctl/v1/apikeys', manager, { name: 'x', roles: ['helpdesk'], expires: '1d' });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'x', roles: ['helpdesk'], expires: '2022-01-02T00:00:00Z', key: expect.stringMatching(/^otpctl_/) },
    });
    expect((await send('GET', '/otpctl/v1/apikeys', manager)).text).not.toContain(String(made.body['key']).slice(20));
    const next = await send('POST', '/otpctl/v1/apikeys/x/rotate', manager, { overlap: '1h' });
    for (const each of [made, next])
      expect((await send('GET', '/otpctl/v1/whoami', String(each.body['key']))).status).toBe(200);
    expect((await send('DELETE', '/otpctl/v1/apikeys/x', manager)).status).toBe(204);
    expect((await send('DELETE', '/otpctl/v1/apikeys/x', manager)).status).toBe(404);
    expect((await send('GET', '/otpctl/v1/whoami', String(next.body['key']))).status).toBe(401);
    expect((await backend.apiKeys.list()).map(({ name }) => name)).toEqual(['key1', 'key2']);
  });
});
