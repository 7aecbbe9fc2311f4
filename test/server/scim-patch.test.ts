import { describe, expect, it } from 'vitest';
import { DEVICE_STATUSES } from '../../src/domain/device/device.ts';
import { device, ERROR, patch, replace } from '../support/scim-messages.ts';
import { DEVICE_URN, RFC_BASE, type ScimServer, scimServer } from '../support/scim-server.ts';

const DEVICES = `${RFC_BASE}/OtpDevice`;

async function made(server: ScimServer, more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await server.call('POST', DEVICES, device(more));
  expect(status).toBe(201);
  return `${DEVICES}/${body.id}`;
}

describe('a PATCH', () => {
  it('takes a device from any status to any other', async () => {
    const server = await scimServer();
    const url = await made(server);
    for (const from of DEVICE_STATUSES) {
      for (const to of DEVICE_STATUSES) {
        await server.call('PATCH', url, replace('status', from));
        const { status, body } = await server.call('PATCH', url, replace('status', to));
        expect([status, body.status]).toEqual([200, to]);
        expect((await server.call('GET', url)).body).toEqual(body);
      }
    }
  });

  it.each(['email', 'phone', 'externalId'])('adds, replaces and removes %s', async (path) => {
    const server = await scimServer();
    const url = await made(server);
    for (const [operation, value] of [
      [{ op: 'add', path, value: 'one' }, 'one'],
      [{ op: 'add', path, value: 'two' }, 'two'],
      [{ op: 'replace', path, value: 'three' }, 'three'],
      [{ op: 'remove', path }, undefined],
      [{ op: 'remove', path }, undefined],
      [{ op: 'replace', path, value: 'four' }, 'four'],
      [{ op: 'replace', path, value: null }, undefined],
      [{ op: 'Add', path: path.toUpperCase(), value: 'five' }, 'five'],
      [{ OP: 'REPLACE', PATH: `${DEVICE_URN}:${path}`, Value: 'six' }, 'six'],
      [{ op: 'add', value: { [path]: 'seven' } }, 'seven'],
      [{ op: 'replace', value: { [`${DEVICE_URN}:${path}`]: 'eight' } }, 'eight'],
      [{ op: 'replace', value: { [path]: [] } }, undefined],
    ] as const) {
      const { status, body } = await server.call('PATCH', url, patch(operation));
      expect([status, body[path]]).toEqual([200, value]);
      expect((await server.call('GET', url)).body).toEqual(body);
    }
  });

  it('of what is there already changes no time and no version', async () => {
    const server = await scimServer();
    const url = await made(server, { email: 'a', status: 'V' });
    const before = (await server.call('GET', url)).body;
    server.clock.advance(60);
    for (const operations of [
      [{ op: 'add', path: 'email', value: 'a' }],
      [{ op: 'replace', path: 'status', value: 'V' }],
      [{ op: 'replace', path: 'type', value: 'TOTP' }],
      [{ op: 'add', path: 'user', value: 'ADA' }],
      [{ op: 'remove', path: 'phone' }],
      [{ op: 'add', path: 'pin', value: '123456789' }],
      [{ op: 'remove', path: 'pin' }],
      [
        { op: 'replace', path: 'email', value: 'b' },
        { op: 'replace', path: 'email', value: 'a' },
      ],
      [{ op: 'replace', value: { schemas: [DEVICE_URN], id: '1', meta: before.meta, status: 'V' } }],
    ]) {
      const { status, body } = await server.call('PATCH', url, patch(...operations));
      expect([status, body]).toEqual([200, before]);
    }
  });

  it.each([
    ['no op', { path: 'status', value: 'V' }, 'invalidSyntax'],
    ['an unknown op', { op: 'move', path: 'status', value: 'V' }, 'invalidSyntax'],
    ['an op that is no text', { op: 1, path: 'status', value: 'V' }, 'invalidSyntax'],
    ['add without a value', { op: 'add', path: 'email' }, 'invalidValue'],
    ['replace without a value', { op: 'replace', path: 'email' }, 'invalidValue'],
    ['add of a text without a path', { op: 'add', value: 'x' }, 'invalidValue'],
    ['remove without a path', { op: 'remove' }, 'noTarget'],
    ['remove without a path but a value', { op: 'remove', value: { email: 'a' } }, 'noTarget'],
    ['remove of what is required', { op: 'remove', path: 'status' }, 'mutability'],
    ['null for what is required', { op: 'replace', path: 'status', value: null }, 'mutability'],
    ['remove of what is immutable', { op: 'remove', path: 'user' }, 'mutability'],
    ['another type', { op: 'replace', path: 'type', value: 'HOTP' }, 'mutability'],
    ['another user', { op: 'add', path: 'user', value: 'bob' }, 'mutability'],
    ['a name', { op: 'replace', path: 'name', value: 'x' }, 'mutability'],
    ['fails', { op: 'replace', path: 'fails', value: 0 }, 'mutability'],
    ['an id', { op: 'replace', path: 'id', value: '7' }, 'mutability'],
    ['another id without a path', { op: 'replace', value: { id: '7' } }, 'mutability'],
    ['remove of an id', { op: 'remove', path: 'id' }, 'mutability'],
    ['meta.created', { op: 'replace', path: 'meta.created', value: '2020-01-01T00:00:00Z' }, 'mutability'],
    ['an image', { op: 'remove', path: 'image' }, 'mutability'],
    ['a read-only attribute without a path', { op: 'add', value: { fails: 0 } }, 'mutability'],
    ['an unknown attribute', { op: 'add', path: 'nothing', value: 'x' }, 'invalidPath'],
    ['an unknown attribute without a path', { op: 'add', value: { nothing: 'x' } }, 'invalidPath'],
    ['__proto__', { op: 'add', path: '__proto__', value: { status: 'V' } }, 'invalidPath'],
    ['constructor.prototype', { op: 'add', path: 'constructor.prototype', value: 'x' }, 'invalidPath'],
    ['an unknown sub-attribute', { op: 'add', path: 'status.value', value: 'V' }, 'invalidPath'],
    ['an unknown schema', { op: 'add', path: 'urn:x:status', value: 'V' }, 'invalidPath'],
    ['an empty path', { op: 'add', path: '', value: 'V' }, 'invalidPath'],
    ['a path that is none', { op: 'add', path: 'sta tus', value: 'V' }, 'invalidPath'],
    ['a path with an open bracket', { op: 'add', path: 'status[value eq "x"', value: 'V' }, 'invalidPath'],
    ['a path that is no text', { op: 'add', path: 5, value: 'V' }, 'invalidPath'],
    [
      'a choice among the values of what has one',
      { op: 'replace', path: 'status[value eq "C"]', value: 'V' },
      'invalidPath',
    ],
    ['an unknown status', { op: 'replace', path: 'status', value: 'E' }, 'invalidValue'],
    ['a number for a text', { op: 'replace', path: 'email', value: 5 }, 'invalidValue'],
    ['an object for a text', { op: 'replace', path: 'email', value: {} }, 'invalidValue'],
    ['an array for a text', { op: 'replace', path: 'email', value: ['x'] }, 'invalidValue'],
    ['a blank text', { op: 'replace', path: 'email', value: ' ' }, 'invalidValue'],
    ['control characters', { op: 'replace', path: 'email', value: 'a\u0000b' }, 'invalidValue'],
    ['a text that is too long', { op: 'replace', path: 'externalId', value: 'x'.repeat(1001) }, 'invalidValue'],
    ['a path that is too long', { op: 'replace', path: 'x'.repeat(100_000), value: 'x' }, 'invalidPath'],
  ])('with %s is 400 and none of it is done', async (_, operation, scimType) => {
    const server = await scimServer();
    const url = await made(server, { email: 'a' });
    const before = (await server.call('GET', url)).text;
    const operations = [{ op: 'replace', path: 'status', value: 'V' }, operation];
    const { status, body } = await server.call('PATCH', url, patch(...operations));
    expect(body).toEqual({ schemas: [ERROR], status: '400', scimType, detail: expect.any(String) });
    expect(status).toBe(400);
    expect((await server.call('GET', url)).text).toBe(before);
  });

  it.each([
    ['no schemas', { Operations: [{ op: 'replace', path: 'status', value: 'V' }] }],
    ['other schemas', { schemas: [DEVICE_URN], Operations: [{ op: 'replace', path: 'status', value: 'V' }] }],
    ['no operations', patch()],
    ['operations that are no array', { ...patch(), Operations: { op: 'add' } }],
    ['an operation that is no object', patch('x')],
    ['an operation that is null', patch(null)],
    ['an array', []],
    ['nothing', ''],
  ])('with %s is 400 invalidSyntax', async (_, message) => {
    const server = await scimServer();
    const url = await made(server);
    const { status, body } = await server.call('PATCH', url, message);
    expect([status, body.scimType]).toEqual([400, 'invalidSyntax']);
  });

  it('pollutes no prototype', async () => {
    const server = await scimServer();
    const url = await made(server);
    for (const text of [
      '{"__proto__":{"polluted":1},"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","value":{"__proto__":{"polluted":1}}}]}',
      '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"email","value":{"__proto__":{"polluted":1}}}]}',
      '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","value":{"constructor":{"prototype":{"polluted":1}}}}]}',
    ]) {
      expect((await server.call('PATCH', url, text)).status).toBe(400);
    }
    const created = await server.call(
      'POST',
      DEVICES,
      `{"schemas":["${DEVICE_URN}"],"type":"TOTP","user":"x","__proto__":{"status":"V","polluted":1}}`,
    );
    expect([created.status, created.body.status]).toEqual([201, 'C']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
