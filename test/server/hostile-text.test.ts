import { join } from 'node:path';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { hasControlCharacters } from '../../src/domain/text/printable.ts';
import { pngQr } from '../../src/output/qr-image.ts';
import type { AppDeps } from '../../src/server/build-app.ts';
import { registerScim } from '../../src/server/scim/register-scim.ts';
import { otpctl } from '../support/cli.ts';
import { hostileText } from '../support/hostile-text.ts';
import { DEVICE_URN, RFC_BASE, SOFFID_BASE } from '../support/scim-server.ts';
import { testServer } from '../support/server.ts';

type Surface = Parameters<NonNullable<AppDeps['mounts']>[number]>[1];

const V1 = '/otpctl/v1';

describe('names of attributes', () => {
  const refused = [
    'evil\u001b[31m\nX\ud800',
    'evil\u001b[31m',
    'a\nb',
    'x\u0000',
    '\ud800',
    '',
    ' ',
    '1st',
    'a b',
    'x'.repeat(65),
    '\u202eabc',
    'userName',
    'PIN',
  ];

  it.each(refused)('are refused when they are none: %j, to be set or taken away', async (name) => {
    const { key, send, backend } = await testServer();
    const manager = await key('super');
    const before = (await backend.audit.anchor()).count;
    for (const value of [null, 'x']) {
      const answer = await send('PATCH', `${V1}/users`, manager, {
        users: [{ name: 'm', attributes: { [name]: value } }],
      });
      expect(answer.status).toBe(400);
      expect(hasControlCharacters(answer.text)).toBe(false);
      expect(answer.text.length).toBeLessThan(500);
    }
    expect((await backend.audit.anchor()).count).toBe(before);
    expect(await backend.users.find('m')).toBeUndefined();
    expect(await backend.audit.verify()).toMatchObject({ intact: true });
  });

  it('are those that were set, when they are taken away', async () => {
    const { key, send } = await testServer();
    const manager = await key('super');
    const set = (attributes: object) => send('PATCH', `${V1}/users`, manager, { users: [{ name: 'm', attributes }] });
    expect((await set({ fullName: 'M', ciudad: 'x' })).status).toBe(200);
    expect((await set({ FULLNAME: null, ciudad: null })).body).toMatchObject({
      users: [{ name: 'm', attributes: {} }],
    });
  });
});

describe('half a surrogate pair', () => {
  it.each([
    ['POST', '/devices', '{"type":"TOTP","user":"a\\ud800"}'],
    ['POST', '/devices', '{"type":"TOTP","user":"ada","issuer":"\\uDFFFx"}'],
    ['POST', '/devices', '{"type":"TOTP","\\ud800":"ada"}'],
    ['PATCH', '/users', '{"users":[{"name":"m","attributes":{"city":"\\ud83d"}}]}'],
    ['PATCH', '/settings', '{"values":{"totp.issuer":"\\ud83d"}}'],
    ['POST', '/apikeys', '{"name":"k\\ud800","roles":["query"]}'],
    ['POST', '/apikeys', '["\\ud800"]'],
    ['POST', '/apikeys', '"\\ud800"'],
  ])('in the body of %s %s is a 400', async (method, path, payload) => {
    const { app, key } = await testServer();
    const headers = { authorization: `Bearer ${await key('super')}`, 'content-type': 'application/json' };
    const response = await app.inject({ method: method as 'POST', url: `${V1}${path}`, headers, payload });
    expect(response.statusCode).toBe(400);
  });

  it('in a filter finds nothing that it could be taken for', async () => {
    const { key, send } = await testServer();
    const manager = await key('super');
    await send('POST', `${V1}/devices`, manager, { type: 'TOTP', user: 'ada' });
    const filter = encodeURIComponent('name eq "\\ud800"');
    expect((await send('GET', `${V1}/devices?filter=${filter}`, manager)).status).toBe(400);
  });
});

/** A request that writes, with hostile texts where it takes any. */
const request = (text: string, more: string, fresh: string): [method: string, url: string, body?: unknown][] => {
  const path = encodeURIComponent(text.toWellFormed()).slice(0, 400);
  return [
    ['PATCH', `${V1}/users`, { users: [{ name: text, attributes: { [more]: null, city: more } }] }],
    ['PATCH', `${V1}/users`, { users: [{ name: 'ada', attributes: { city: text } }] }],
    ['PATCH', `${V1}/users`, { users: [{ name: fresh, attributes: { [text]: null } }] }],
    ['DELETE', `${V1}/users/${path}`],
    ['POST', `${V1}/devices`, { type: 'TOTP', user: text, issuer: more }],
    ['POST', `${V1}/devices`, { type: 'EMAIL', user: 'ada', email: text }],
    ['POST', `${V1}/devices`, { type: 'SMS', user: 'ada', phone: text }],
    ['POST', `${V1}/devices`, { type: 'PIN', user: text, pin: more }],
    ['PUT', `${V1}/devices/1/contact`, { email: text, phone: more }],
    ['POST', `${V1}/devices/1/verify`, { code: text }],
    ['POST', `${V1}/devices/1/resync`, { codes: [text, more] }],
    ['POST', `${V1}/devices/${path}/lock`, {}],
    ['POST', `${V1}/apikeys`, { name: text, roles: ['query'] }],
    ['POST', `${V1}/apikeys/${path}/rotate`, {}],
    ['DELETE', `${V1}/apikeys/${path}`],
    ['PATCH', `${V1}/settings`, { values: { 'totp.issuer': text, 'email.subject': more } }],
    ['PATCH', `${V1}/settings`, { values: { 'email.body': text } }],
    ['PATCH', `${V1}/settings`, { values: { [text]: null } }],
    ['POST', `${V1}/settings/test`, { channel: 'email', to: text }],
    ...[RFC_BASE, SOFFID_BASE].flatMap((base): [method: string, url: string, body?: unknown][] => {
      const device = { schemas: [DEVICE_URN], type: 'TOTP', user: text, externalId: more };
      const operations = [{ op: 'replace', path: 'externalId', value: text }];
      const patch = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
      return [
        ['POST', `${base}/OtpDevice`, device],
        ['POST', `${base}/OtpDevice`, { ...device, user: 'ada', email: text, phone: more }],
        ['PUT', `${base}/OtpDevice/1`, { ...device, user: 'ada', status: 'V' }],
        ['PATCH', `${base}/OtpDevice/1`, patch],
        ['PATCH', `${base}/OtpDevice/1`, { ...patch, Operations: [{ op: 'add', path: text, value: more }] }],
        ['DELETE', `${base}/OtpDevice/${path}`],
      ];
    }),
  ];
};

describe('hostile texts', () => {
  it('through every route that writes leave a log that is whole, and no 500', async () => {
    const mounts = [(app: FastifyInstance, surface: Surface) => registerScim(app, { ...surface, qrPng: pngQr })];
    const server = await testServer({ mounts });
    const { app, key, backend, clock, home } = server;
    const authorization = `Bearer ${await key('super')}`;
    await server.send('POST', `${V1}/devices`, authorization.slice(7), { type: 'TOTP', user: 'ada' });
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, fc.nat(), async (text, more, which) => {
        clock.advance(61);
        const requests = request(text, more, `u${which}`);
        const [method, url, body] = requests[which % requests.length] as (typeof requests)[number];
        const note = encodeURIComponent(more.toWellFormed()).slice(0, 2000);
        const response = await app.inject({
          method: method as 'POST',
          url,
          headers: {
            authorization,
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(which % 3 === 0 && { 'otpctl-reason': note, 'otpctl-ticket': note }),
          },
          ...(body !== undefined && { payload: JSON.stringify(body) }),
        });
        // 502: a message for which there is no server.
        if (response.statusCode >= 500 && response.statusCode !== 502) {
          throw new Error(`${method} ${url}: ${response.statusCode} ${response.body}`);
        }
      }),
      { seed: 17, numRuns: 1000 },
    );
    const at = { home, environment: { OTPCTL_STORE: join(home, 'store.db') }, clock };
    expect(await otpctl(['store', 'check'], at)).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
    expect(await otpctl(['store', 'backup', join(home, 'b.backup')], at)).toMatchObject({ exit: 0 });
    expect(await backend.audit.verify()).toMatchObject({ intact: true });
    for (const entry of (await Array.fromAsync(backend.audit.list({}))).flat()) {
      const { object, result, actor, reason = '', ticket = '', user = '' } = entry;
      for (const text of [object, result, actor, reason, ticket, user]) expect(hasControlCharacters(text)).toBe(false);
    }
  });
});
