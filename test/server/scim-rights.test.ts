import { describe, expect, it } from 'vitest';
import { type Action, RIGHTS } from '../../src/domain/api-key/rights.ts';
import { allow, GRANTS } from '../../src/domain/api-key/role.ts';
import { servedRoutes } from '../support/routes.ts';
import { device, patch, replace } from '../support/scim-messages.ts';
import { RFC_BASE, SOFFID_BASE, scimServer } from '../support/scim-server.ts';

/** Every operation on devices, what it asks for, and a body that it takes. */
const OPERATIONS: readonly (readonly [method: string, path: string, action: Action, body?: unknown])[] = [
  ['GET', '/OtpDevice', 'device.read'],
  ['POST', '/OtpDevice/.search', 'device.read', {}],
  ['GET', '/OtpDevice/1', 'device.read'],
  ['POST', '/OtpDevice', 'device.create', device()],
  ['POST', '/OtpDevice', 'device.enable', device({ status: 'V' })],
  ['PATCH', '/OtpDevice/1', 'device.enable', replace('status', 'V')],
  ['PATCH', '/OtpDevice/1', 'device.lock', replace('status', 'L')],
  ['PATCH', '/OtpDevice/1', 'device.disable', replace('status', 'D')],
  ['PATCH', '/OtpDevice/1', 'device.update', replace('externalId', 'x')],
  ['GET', '/OtpDevice/1/requestChallenge', 'device.challenge'],
  ['POST', '/OtpDevice/1/responseChallenge', 'device.verify', { pin: '1' }],
  ['DELETE', '/OtpDevice/1', 'device.delete'],
];

describe.each([RFC_BASE, SOFFID_BASE])('the rights of SCIM at %s', (base) => {
  it.each(GRANTS)('are those of the role %s, of each operation', async (grant) => {
    for (const [method, path, action, body] of OPERATIONS) {
      // Soffid's devices have no externalId, and no other attribute that may change and is not the status.
      if (base === SOFFID_BASE && action === 'device.update') continue;
      const { call } = await scimServer();
      await call('POST', `${RFC_BASE}/OtpDevice`, device());
      const { status, text } = await call(method, `${base}${path}`, body, { authorization: `Bearer ${grant}` });
      // To change a device it is read first; who may not create one at all is told that.
      const first: Action = method === 'POST' && action === 'device.enable' ? 'device.create' : 'device.read';
      const needed = method === 'PATCH' || first === 'device.create' ? [first, action] : [action];
      const refused = status === 403 && needed.some((each) => text.includes(`lacks the role ${RIGHTS[each]}`));
      expect({ method, action, refused }).toEqual({
        method,
        action,
        refused: !needed.every((each) => allow([grant], each)),
      });
    }
  });

  it('open no route to a key of a door, and none without a key', async () => {
    const { app, call } = await scimServer();
    const routes = servedRoutes(app, {}).filter(({ url }) => url.startsWith(base));
    expect(routes.length).toBeGreaterThan(20);
    for (const { method, url } of routes) {
      if (['OPTIONS', 'HEAD', 'TRACE', 'QUERY'].includes(method)) continue;
      for (const headers of [{ authorization: 'Bearer door' }, { authorization: '' }]) {
        const { status } = await call(method, url, undefined, headers);
        // What a server can do is told to anybody, and which methods and resources there are not.
        if (status === 405 || status === 501 || url.endsWith('/ServiceProviderConfig')) continue;
        expect({ method, url, status }).toEqual({ method, url, status: headers.authorization === '' ? 401 : 403 });
      }
    }
  });
});

it('rights are asked of each operation in bulk', async () => {
  const { call } = await scimServer();
  const { body } = await call('POST', `${RFC_BASE}/OtpDevice`, device());
  const Operations = [
    { method: 'PATCH', path: `/OtpDevice/${body.id}`, data: patch({ op: 'replace', path: 'status', value: 'L' }) },
    { method: 'PATCH', path: `/OtpDevice/${body.id}`, data: patch({ op: 'replace', path: 'status', value: 'V' }) },
    { method: 'DELETE', path: `/OtpDevice/${body.id}` },
  ];
  const request = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations };
  const answer = await call('POST', `${RFC_BASE}/Bulk`, request, { authorization: 'Bearer cancel' });
  expect(answer.body.Operations.map(({ status }: { status: string }) => status)).toEqual(['200', '403', '403']);
});
