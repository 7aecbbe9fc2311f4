import { describe, expect, it } from 'vitest';
import { NEW_YEAR } from '../support/fixed.ts';
import { device, ERROR, patch, replace } from '../support/scim-messages.ts';
import { DEVICE_URN, RFC_BASE, type ScimServer, scimServer } from '../support/scim-server.ts';

const DEVICES = `${RFC_BASE}/OtpDevice`;
const REAL_PIN = '9081726354';

async function made(server: ScimServer, more: Record<string, unknown> = {}): Promise<{ id: string; url: string }> {
  const { status, body } = await server.call('POST', DEVICES, device(more));
  expect(status).toBe(201);
  return { id: body.id, url: `${DEVICES}/${body.id}` };
}

describe('a creation', () => {
  it('answers 201 with the whole resource, where it is and which version', async () => {
    const { call } = await scimServer();
    const { status, headers, body } = await call('POST', DEVICES, device({ externalId: 'x-1' }));
    expect(status).toBe(201);
    expect(headers['content-type']).toBe('application/scim+json');
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      schemas: [DEVICE_URN],
      id: '1',
      externalId: 'x-1',
      name: 'TOTP00000001',
      type: 'TOTP',
      user: 'ada',
      status: 'C',
      fails: 0,
      created: '2022-01-01T00:00:00Z',
      meta: {
        resourceType: 'OtpDevice',
        created: '2022-01-01T00:00:00Z',
        lastModified: '2022-01-01T00:00:00Z',
        location: 'http://localhost:80/scim/v2/OtpDevice/1',
        version: expect.stringMatching(/^W\/"[a-z0-9-]{14,24}"$/),
      },
    });
    expect([headers['location'], headers['content-location']]).toEqual([body.meta.location, body.meta.location]);
    expect(headers['etag']).toBe(body.meta.version);
    expect((await call('GET', `${DEVICES}/1`)).body).toEqual(body);
  });

  it('honours each status, and is created without one', async () => {
    const server = await scimServer();
    for (const status of ['C', 'V', 'L', 'D']) {
      const { url } = await made(server, { status });
      expect((await server.call('GET', url)).body.status).toBe(status);
    }
  });

  it('ignores what is for the server to say, and what no schema has', async () => {
    const { call } = await scimServer();
    const mine = {
      id: 'mine',
      name: 'mine',
      fails: 9,
      created: 'x',
      lastUsed: 7,
      image: 1,
      meta: { created: 'x' },
      zzz: 1,
    };
    const { status, body } = await call('POST', DEVICES, device(mine));
    expect(status).toBe(201);
    expect(body).toMatchObject({ id: '1', name: 'TOTP00000001', fails: 0, created: '2022-01-01T00:00:00Z' });
    expect(body).not.toHaveProperty('image');
    expect(body).not.toHaveProperty('zzz');
    expect(body).not.toHaveProperty('externalId');
  });

  it('reads names and URNs without case, with the URN before them or not', async () => {
    const { call } = await scimServer();
    const { status, body } = await call('POST', DEVICES, {
      USER: 'ada',
      SCHEMAS: [DEVICE_URN.toUpperCase()],
      [`${DEVICE_URN.toLowerCase()}:Type`]: 'HOTP',
      externalID: 'e',
    });
    expect([status, body.type, body.user, body.externalId]).toEqual([201, 'HOTP', 'ada', 'e']);
  });

  it.each([
    ['no type', { schemas: [DEVICE_URN], user: 'ada' }, 'invalidValue'],
    ['no user', { schemas: [DEVICE_URN], type: 'TOTP' }, 'invalidValue'],
    ['an empty user', device({ user: ' ' }), 'invalidValue'],
    ['a user that is null', device({ user: null }), 'invalidValue'],
    ['no schemas', { type: 'TOTP', user: 'ada' }, 'invalidSyntax'],
    ['other schemas', device({ schemas: ['urn:x'] }), 'invalidSyntax'],
    ['schemas that are no array', device({ schemas: DEVICE_URN }), 'invalidSyntax'],
    ['an unknown type', device({ type: 'PUSH' }), 'invalidValue'],
    ['a type in lower case', device({ type: 'totp' }), 'invalidValue'],
    ['an unknown status', device({ status: 'X' }), 'invalidValue'],
    ['a number for a text', device({ user: 5 }), 'invalidValue'],
    ['an object for a text', device({ email: { value: 'x' } }), 'invalidValue'],
    ['EMAIL without an address', device({ type: 'EMAIL' }), 'invalidValue'],
    ['EMAIL with a text', device({ type: 'EMAIL', email: 'somebody' }), 'invalidValue'],
    ['SMS without a number', device({ type: 'SMS' }), 'invalidValue'],
    ['SMS with a text', device({ type: 'SMS', phone: 'somebody' }), 'invalidValue'],
    ['PIN without a PIN', device({ type: 'PIN' }), 'invalidValue'],
    ['a PIN too short', device({ type: 'PIN', pin: '1234567' }), 'invalidValue'],
    ['two spellings of one name', `{"schemas":["${DEVICE_URN}"],"type":"TOTP","user":"a","USER":"b"}`, 'invalidSyntax'],
    ['an array', [], 'invalidSyntax'],
    ['a text', '"x"', 'invalidSyntax'],
    ['half a body', '{"schemas":', 'invalidSyntax'],
    ['nothing', '', 'invalidSyntax'],
  ])('with %s is 400', async (_, body, scimType) => {
    const { call } = await scimServer();
    const answer = await call('POST', DEVICES, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ schemas: [ERROR], status: '400', scimType, detail: expect.any(String) });
    expect((await call('GET', DEVICES)).body.totalResults).toBe(0);
  });

  it('of a type that is not enabled is 400', async () => {
    const { call } = await scimServer(['TOTP', 'HOTP']);
    const { status, body } = await call('POST', DEVICES, device({ type: 'EMAIL', email: 'a@example.com' }));
    expect([status, body.scimType, body.detail]).toEqual([400, 'invalidValue', 'type must be one of TOTP, HOTP']);
  });

  it('keeps free texts beside a type that needs none, and drops a PIN that is none of its own', async () => {
    const { call } = await scimServer();
    const { body } = await call('POST', DEVICES, device({ email: 'a text', phone: 'Another', pin: REAL_PIN }));
    expect([body.email, body.phone, body.name]).toEqual(['a text', 'Another', 'TOTP00000001']);
    expect((await call('GET', `${DEVICES}?filter=${encodeURIComponent('phone eq "Another"')}`)).body.totalResults).toBe(
      1,
    );
    expect((await call('GET', `${DEVICES}/1/requestChallenge`)).body).toEqual({
      cell: 'PIN',
      cardNumber: 'TOTP00000001',
    });
  });

  it('of a PIN device without a PIN keeps nothing of it, and logs nothing of it', async () => {
    const { call, log, backend } = await scimServer();
    const { status, text } = await call('POST', DEVICES, device({ type: 'PIN', email: REAL_PIN, phone: REAL_PIN }));
    expect(status).toBe(400);
    expect(text).not.toContain(REAL_PIN);
    expect(log.join('')).not.toContain(REAL_PIN);
    expect(log.length).toBeGreaterThan(0);
    expect(await backend.count({})).toBe(0);
  });

  it('answers the image once, and only if it is asked for', async () => {
    const { call } = await scimServer();
    const asked = await call('POST', `${DEVICES}?attributes=image`, device());
    expect(Object.keys(asked.body).sort()).toEqual(['id', 'image', 'schemas']);
    expect(Buffer.from(asked.body.image, 'base64').subarray(1, 4).toString()).toBe('PNG');
    const url = `${DEVICES}/${asked.body.id}`;
    expect((await call('GET', `${url}?attributes=image`)).body).toEqual({ schemas: [DEVICE_URN], id: asked.body.id });
    const again = await call('PATCH', `${url}?attributes=image`, replace('status', 'V'));
    expect(again.body).toEqual({ schemas: [DEVICE_URN], id: asked.body.id });
    expect((await call('GET', `${DEVICES}?attributes=image`)).text).not.toContain('"image"');
    const email = await call('POST', `${DEVICES}?attributes=image`, device({ type: 'EMAIL', email: 'a@example.com' }));
    expect(email.body).not.toHaveProperty('image');
  });

  it('never shows a PIN, and nobody can ask about it', async () => {
    const { call } = await scimServer();
    const { status, text } = await call(
      'POST',
      `${DEVICES}?attributes=pin,type`,
      device({ type: 'PIN', pin: REAL_PIN }),
    );
    expect(status).toBe(201);
    expect(text).not.toContain('pin');
    for (const path of ['/1', '/1?attributes=pin', '?attributes=pin', '']) {
      expect((await call('GET', `${DEVICES}${path}`)).text).not.toMatch(/"pin"|9081/);
    }
    const filtered = await call('GET', `${DEVICES}?filter=${encodeURIComponent('pin sw "9"')}`);
    expect([filtered.status, filtered.body.scimType]).toEqual([400, 'invalidFilter']);
    expect((await call('GET', `${DEVICES}?sortBy=pin`)).status).toBe(400);
  });
});

describe('a replacement', () => {
  it('writes what it names and clears the rest', async () => {
    const server = await scimServer();
    const { url } = await made(server, { email: 'a', externalId: 'e', status: 'V' });
    server.clock.advance(5);
    const { status, headers, body } = await server.call('PUT', url, device({ status: 'D', phone: 'p' }));
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'D', phone: 'p', type: 'TOTP', user: 'ada', name: 'TOTP00000001' });
    expect(body).not.toHaveProperty('email');
    expect(body).not.toHaveProperty('externalId');
    expect(body.meta).toMatchObject({ created: '2022-01-01T00:00:00Z', lastModified: '2022-01-01T00:00:05Z' });
    expect(headers['etag']).toBe(body.meta.version);
    expect(headers['location']).toBe(body.meta.location);
    expect((await server.call('GET', url)).body).toEqual(body);
  });

  it.each([
    ['without a status', { schemas: [DEVICE_URN], type: 'TOTP', user: 'ada' }, 'invalidValue'],
    ['with null for the status', device({ status: null }), 'invalidValue'],
    ['without a type', { schemas: [DEVICE_URN], user: 'ada', status: 'C' }, 'invalidValue'],
    ['with another type', device({ type: 'HOTP', status: 'C' }), 'mutability'],
    ['with another user', device({ user: 'bob', status: 'C' }), 'mutability'],
    ['with an unknown status', device({ status: 'E' }), 'invalidValue'],
    ['without schemas', { type: 'TOTP', user: 'ada', status: 'C' }, 'invalidSyntax'],
  ])('%s is 400 and changes nothing', async (_, body, scimType) => {
    const server = await scimServer();
    const { url } = await made(server);
    const before = (await server.call('GET', url)).text;
    const answer = await server.call('PUT', url, body);
    expect([answer.status, answer.body.scimType]).toEqual([400, scimType]);
    expect((await server.call('GET', url)).text).toBe(before);
  });

  it('takes the user in any case, as it is one name', async () => {
    const server = await scimServer();
    const { url } = await made(server);
    const { status, body } = await server.call('PUT', url, device({ user: 'ADA', status: 'C' }));
    expect([status, body.user]).toEqual([200, 'ada']);
  });

  it('of what is there already is no change', async () => {
    const server = await scimServer();
    const { url } = await made(server, { email: 'a' });
    const before = (await server.call('GET', url)).body;
    server.clock.advance(60);
    expect((await server.call('PUT', url, before)).body).toEqual(before);
  });

  it('never creates', async () => {
    const server = await scimServer();
    expect((await server.call('PUT', `${DEVICES}/77`, device({ status: 'C' }))).status).toBe(404);
    expect((await server.call('GET', DEVICES)).body.totalResults).toBe(0);
  });

  it('cannot take an e-mail device its address, and names it after a new one', async () => {
    const server = await scimServer();
    const { url } = await made(server, { type: 'EMAIL', email: 'ada@example.com' });
    const cleared = await server.call('PUT', url, device({ type: 'EMAIL', status: 'C' }));
    expect([cleared.status, cleared.body.scimType]).toEqual([400, 'invalidValue']);
    const moved = await server.call('PUT', url, device({ type: 'EMAIL', status: 'C', email: 'lovelace@example.org' }));
    expect(moved.body).toMatchObject({ email: 'lovelace@example.org', name: 'Email message to lo******@ex*****.or*' });
  });
});

describe('a deletion', () => {
  it('answers 204 with nothing, and every method 404 after it', async () => {
    const server = await scimServer();
    const { url } = await made(server);
    const gone = await server.call('DELETE', url);
    expect([gone.status, gone.text]).toEqual([204, '']);
    const requests = [
      ['GET', url],
      ['PUT', url, device({ status: 'C' })],
      ['PATCH', url, replace('status', 'V')],
      ['DELETE', url],
      ['POST', url, device()],
      ['GET', `${url}/requestChallenge`],
      ['POST', `${url}/responseChallenge`, { pin: '000000' }],
      ['PUT', `${url}/requestChallenge`],
    ] as const;
    for (const [method, at, body] of requests) {
      const { status, body: error } = await server.call(method, at, body);
      expect([method, status, error.status]).toEqual([method, 404, '404']);
    }
    expect((await server.call('GET', DEVICES)).body).toMatchObject({ totalResults: 0, Resources: [] });
    expect((await made(server)).id).toBe('2');
  });
});

describe('a version', () => {
  it('is the same until something changes, within one second too', async () => {
    const server = await scimServer();
    const { url } = await made(server);
    const first = (await server.call('GET', url)).headers['etag'];
    expect((await server.call('GET', url)).headers['etag']).toBe(first);
    const patched = await server.call('PATCH', url, replace('externalId', 'x'));
    expect(patched.headers['etag']).not.toBe(first);
    expect(patched.headers['etag']).toBe(patched.body.meta.version);
  });

  it('that the client has already is 304 with no body', async () => {
    const server = await scimServer();
    const { url } = await made(server);
    const etag = String((await server.call('GET', url)).headers['etag']);
    for (const known of [etag, '*', `"x", ${etag}`, etag.replace('W/', '')]) {
      const { status, text, headers } = await server.call('GET', url, undefined, { 'if-none-match': known });
      expect([status, text, headers['etag']]).toEqual([304, '', etag]);
    }
    expect((await server.call('GET', url, undefined, { 'if-none-match': 'W/"old"' })).status).toBe(200);
  });

  it('that is not the one there is fails a change with 412, and changes nothing', async () => {
    const server = await scimServer();
    const { url } = await made(server);
    const before = await server.call('GET', url);
    for (const match of ['W/"old"', '"old"', 'old', '']) {
      const headers = { 'if-match': match };
      for (const [method, body] of [
        ['PUT', device({ status: 'D' })],
        ['PATCH', replace('status', 'D')],
        ['DELETE', undefined],
      ] as const) {
        const answer = await server.call(method, url, body, headers);
        expect([answer.status, answer.body.status, answer.body.scimType]).toEqual([412, '412', undefined]);
      }
    }
    expect((await server.call('GET', url)).body).toEqual(before.body);
    const right = await server.call('PUT', url, device({ status: 'D' }), { 'if-match': before.body.meta.version });
    expect(right.status).toBe(200);
    expect((await server.call('PATCH', url, replace('status', 'V'), { 'if-match': '*' })).status).toBe(200);
    const last = (await server.call('GET', url)).body.meta.version;
    expect((await server.call('DELETE', url, undefined, { 'if-match': `"x",${last}` })).status).toBe(204);
  });

  it('is looked at in the transaction of the change: of many at once with one version, one succeeds', async () => {
    const server = await scimServer();
    const { url } = await made(server);
    const headers = { 'if-match': (await server.call('GET', url)).body.meta.version };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => server.call('PATCH', url, replace('externalId', `x${at}`), headers)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(412)]);
  });
});

describe('changes', () => {
  it('are in the audit log, in the name of the key', async () => {
    const server = await scimServer();
    const { url, id } = await made(server, { status: 'L' });
    await server.call('PATCH', url, patch({ op: 'add', value: { status: 'V', email: 'x', externalId: 'e' } }));
    await server.call('PATCH', url, patch({ op: 'add', value: { status: 'V', email: 'x', externalId: 'e' } }));
    await server.call('DELETE', url);
    const entries = (await Array.fromAsync(server.backend.audit.list({ device: id }))).flat();
    expect(entries.map(({ actor, action, result }) => [actor, action, result]).sort()).toEqual(
      [
        ['super', 'device.create', 'ok: locked'],
        ['super', 'device.update', 'ok: email, externalId'],
        ['super', 'device.unlock', 'ok: locked to enabled'],
        ['super', 'device.delete', 'ok'],
      ].sort(),
    );
  });

  it.each([
    [['L'], 'C', 200],
    [['L'], 'V', 403],
    [['V', 'L'], 'V', 200],
    [['V', 'L'], 'C', 403],
    [['V'], 'V', 200],
    [['V'], 'L', 403],
    [['V'], 'C', 403],
    [['V'], 'D', 403],
    [['D'], 'V', 403],
    [['D'], 'C', 403],
    [['D'], 'L', 403],
    [[], 'V', 403],
  ])('with the role unlock are no more than to unlock: through %j to %s is %i', async (before, wanted, status) => {
    const server = await scimServer();
    const { url } = await made(server);
    for (const each of before) await server.call('PATCH', url, replace('status', each));
    const { body } = await server.call('GET', url);
    const headers = { authorization: 'Bearer unlock' };
    expect((await server.call('PATCH', url, replace('status', wanted), headers)).status).toBe(status);
    expect((await server.call('PUT', url, { ...body, status: wanted }, headers)).status).toBe(status);
    expect((await server.call('GET', url)).body.status).toBe(status === 200 ? wanted : body.status);
    expect((await server.call('PATCH', url, replace('status', wanted))).status).toBe(200);
  });

  it('with the role unlock are judged where they are made: of a device that was disabled meanwhile nothing is enabled', async () => {
    const { backend } = await scimServer();
    const { resources } = backend;
    if (resources === undefined) throw new Error('there are resources');
    const { resource } = await resources.create({ type: 'TOTP', user: 'ada', status: 'V' }, { actor: 'x' });
    for (const status of ['L', 'D'] as const) await resources.put(resource.id, { status }, { actor: 'x' });
    await expect(
      resources.put(resource.id, { status: 'V' }, { actor: 'x' }, { noMoreThan: 'device.unlock' }),
    ).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it.each([
    [[], 'L', 200],
    [['V'], 'L', 200],
    [['V'], 'D', 200],
    [['L'], 'D', 200],
    [['D'], 'L', 403],
    [['D'], 'V', 403],
    [['L'], 'V', 403],
    [['V'], 'C', 403],
  ])('with the role cancel are no more than to bar: through %j to %s is %i', async (before, wanted, status) => {
    const server = await scimServer();
    const { url } = await made(server);
    for (const each of before) await server.call('PATCH', url, replace('status', each));
    const headers = { authorization: 'Bearer cancel' };
    expect((await server.call('PATCH', url, replace('status', wanted), headers)).status).toBe(status);
  });

  it('with the role cancel are judged where they are made: what was disabled meanwhile is not locked, to be unlocked', async () => {
    const { backend } = await scimServer();
    const { resource } = await backend.resources.create({ type: 'TOTP', user: 'ada', status: 'V' }, { actor: 'x' });
    await backend.resources.put(resource.id, { status: 'D' }, { actor: 'x' });
    await expect(
      backend.resources.put(resource.id, { status: 'L' }, { actor: 'x' }, { noMoreThan: 'device.lock' }),
    ).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('clear fails where they enable or unlock, and not where they bar', async () => {
    const server = await scimServer();
    const { url } = await made(server);
    const fail = () => server.call('POST', `${url}/responseChallenge`, { pin: '000000' });
    await fail();
    for (const [status, fails] of [
      ['L', 1],
      ['D', 1],
      ['C', 0],
    ] as const) {
      expect((await server.call('PATCH', url, replace('status', status))).body.fails).toBe(fails);
    }
    await fail();
    expect((await server.call('PATCH', url, replace('status', 'V'))).body.fails).toBe(0);
  });

  it('of a PIN count, and an old challenge is dead', async () => {
    const server = await scimServer();
    const { url, id } = await made(server, { type: 'PIN', pin: '11111111' });
    await server.call('GET', `${url}/requestChallenge`);
    expect((await server.call('PATCH', url, replace('pin', '22222222'))).status).toBe(200);
    expect((await server.call('POST', `${url}/responseChallenge`, { pin: '111' })).body.success).toBe(false);
    await server.call('GET', `${url}/requestChallenge`);
    expect((await server.call('POST', `${url}/responseChallenge`, { pin: '222' })).body.success).toBe(true);
    expect((await server.call('PATCH', url, replace('pin', '1'))).body.scimType).toBe('invalidValue');
    expect((await server.call('PATCH', url, patch({ op: 'remove', path: 'pin' }))).body.scimType).toBe('invalidValue');
    expect(await server.backend.find(id)).toMatchObject({ type: 'PIN', created: NEW_YEAR });
  });
});
