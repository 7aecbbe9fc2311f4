import { describe, expect, it } from 'vitest';
import { type Action, RIGHTS } from '../../src/domain/api-key/rights.ts';
import { allow, GRANTS } from '../../src/domain/api-key/role.ts';
import { servedRoutes } from '../support/routes.ts';
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
    const expected = { id, name: 'Portal', roles: ['query', 'verify', 'unlock', 'cancel', 'enroll'] };
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

  /** What each route asks for, and a body that it takes. A route that is not here fails a test. */
  const ROUTES: Readonly<Record<string, readonly [Action, unknown?]>> = {
    'GET /otpctl/v1/devices': ['device.read'],
    'GET /otpctl/v1/devices/1': ['device.read'],
    'POST /otpctl/v1/devices': ['device.create', { type: 'TOTP', user: 'ada' }],
    'PUT /otpctl/v1/devices/1/contact': ['device.update', {}],
    'POST /otpctl/v1/devices/1/challenge': ['device.challenge'],
    'POST /otpctl/v1/devices/1/verify': ['device.verify', { code: '1' }],
    'POST /otpctl/v1/devices/1/resync': ['device.resync', { codes: ['1', '2'] }],
    'POST /otpctl/v1/devices/1/reset-fails': ['device.reset-fails'],
    'POST /otpctl/v1/devices/1/lock': ['device.lock'],
    'POST /otpctl/v1/devices/1/unlock': ['device.unlock'],
    'POST /otpctl/v1/devices/1/enable': ['device.enable'],
    'POST /otpctl/v1/devices/1/disable': ['device.disable'],
    'GET /otpctl/v1/challenged': ['device.read'],
    'GET /otpctl/v1/settings': ['settings.read'],
    'PATCH /otpctl/v1/settings': ['settings.change', { settings: {} }],
    'POST /otpctl/v1/settings/test': ['settings.change', {}],
    'GET /otpctl/v1/users': ['user.read'],
    'GET /otpctl/v1/users/x': ['user.read'],
    'PATCH /otpctl/v1/users': ['user.change', { users: [] }],
    'DELETE /otpctl/v1/users/x': ['user.change'],
    'GET /otpctl/v1/apikeys': ['apikey.read'],
    'POST /otpctl/v1/apikeys': ['apikey.change', { name: 'x', roles: ['query'] }],
    'POST /otpctl/v1/apikeys/x/rotate': ['apikey.change'],
    'DELETE /otpctl/v1/apikeys/x': ['apikey.change'],
    'GET /otpctl/v1/audit': ['audit.read'],
    'GET /otpctl/v1/audit/chain': ['audit.verify'],
    'GET /otpctl/v1/audit/anchor': ['audit.verify'],
    'GET /otpctl/v1/audit/verification': ['audit.verify'],
    // Last, since it is the end of the device that all others go by.
    'DELETE /otpctl/v1/devices/1': ['device.delete'],
  };

  /** What any key opens, and what needs none. */
  const OPEN = ['GET /otpctl/v1/whoami', 'GET /healthz', 'GET /readyz', 'GET /metrics'];

  it('are asked for by every route, each by its action in the table of rights', async () => {
    const { app } = await testServer();
    const served = servedRoutes(app, { name: 'x' })
      .filter(({ method }) => !['HEAD', 'OPTIONS'].includes(method))
      .map(({ method, url }) => `${method} ${url}`)
      .filter((route) => !route.includes('*'));
    expect(served.filter((route) => !(route in ROUTES) && !OPEN.includes(route))).toEqual([]);
    expect(Object.keys(ROUTES).filter((route) => !served.includes(route))).toEqual([]);
    const used = new Set(Object.values(ROUTES).map(([action]) => action));
    // The routes of SCIM have a test of their own.
    expect(Object.keys(RIGHTS).filter((action) => !used.has(action as Action))).toEqual(['service.read']);
  });

  it.each(GRANTS)('of the role %s open what it may, and no more', async (grant) => {
    const { backend, key, send } = await testServer();
    await backend.create({ type: 'TOTP', user: 'ada' }, { actor: 'tester' });
    const text = await key(grant);
    for (const [route, [action, body]] of Object.entries(ROUTES)) {
      const [method = '', path = ''] = route.split(' ');
      const { status, text: answer } = await send(method, path, text, body);
      const message = `the API key lacks the role ${RIGHTS[action]}`;
      const refused = status === 403 && answer.includes(message);
      expect({ route, refused }).toEqual({ route, refused: !allow([grant], action) });
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
    const forbidden = { error: { code: 'forbidden', message: expect.stringMatching(/lacks the role (?:audit|door)/) } };
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
