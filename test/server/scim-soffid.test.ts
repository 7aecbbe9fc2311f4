import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { device } from '../support/scim-messages.ts';
import { DEVICE_URN, RFC_BASE, type ScimServer, SOFFID_BASE, scimServer } from '../support/scim-server.ts';

const DEVICES = `${SOFFID_BASE}/OtpDevice`;
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const at = (id: number | string) => `http://localhost:80${DEVICES}/${id}`;

const meta = (id: number, { links = true } = {}) => ({
  location: at(id),
  ...(links && {
    links: { requestChallenge: `${at(id)}/requestChallenge`, responseChallenge: `${at(id)}/responseChallenge` },
  }),
  resourceType: 'OtpDevice',
});

/** A device that was last used at a time. */
async function used(server: ScimServer, user: string, time: string): Promise<void> {
  server.clock.set(Date.parse(time) / 1000 - 60);
  const { body } = await server.call('POST', DEVICES, { type: 'EMAIL', user, email: `${user}@soffid.com` });
  await server.call('GET', `${DEVICES}/${body.id}/requestChallenge`);
  server.clock.set(Date.parse(time) / 1000);
  const answer = await server.call('POST', `${DEVICES}/${body.id}/responseChallenge`, {
    pin: server.sent.at(-1)?.code,
  });
  expect(answer.body).toEqual({ success: true, locked: false });
}

describe('the first workflow of Soffid', () => {
  it('creates an e-mail device, challenges it, verifies the code and enables the device', async () => {
    const server = await scimServer();
    const { call, sent } = server;
    const json = { 'content-type': 'application/json' };
    const created = await call('POST', DEVICES, { type: 'EMAIL', user: 'dilbert', email: 'dilbert@soffid.com' }, json);
    expect(created.status).toBe(201);
    const dilbert = {
      created: '2022-01-01 00:00:00',
      schemas: [DEVICE_URN],
      name: 'Email message to di*****@so****.co*',
      id: 1,
      type: 'EMAIL',
      user: 'dilbert',
      fails: 0,
      email: 'dilbert@soffid.com',
      status: 'C',
    };
    expect(created.body).toEqual({ ...dilbert, meta: meta(1, { links: false }) });
    expect(created.text).toContain('"id":1,');
    expect(created.headers['location']).toBe(created.body.meta.location);

    const challenge = await call('GET', `${DEVICES}/1/requestChallenge`);
    expect(challenge.status).toBe(200);
    expect(challenge.text).toBe('{"cell":"PIN","cardNumber":"Email message to di*****@so****.co*"}');
    expect(challenge.headers['cache-control']).toBe('no-store');

    const wrong = await call('POST', `${DEVICES}/1/responseChallenge`, { pin: '839231x' });
    expect(wrong.text).toBe('{"success":false,"locked":false}');
    const response = await call('POST', `${DEVICES}/1/responseChallenge`, { pin: sent[0]?.code });
    expect([response.status, response.text]).toEqual([200, '{"success":true,"locked":false}']);
    expect(response.headers['cache-control']).toBe('no-store');

    const patch = { Operations: [{ op: 'replace', path: 'status', value: 'V' }] };
    const enabled = await call('PATCH', `${DEVICES}/1`, patch);
    expect(enabled.status).toBe(200);
    expect(enabled.body).toEqual({ ...dilbert, status: 'V', lastUsed: '2022-01-01 00:00:00', meta: meta(1) });
    expect((await call('GET', `${DEVICES}/1`)).body).toEqual(enabled.body);
  });
});

describe('the second workflow of Soffid', () => {
  it('finds what was last used before 2022, and disables it one by one', async () => {
    const server = await scimServer();
    const { call } = server;
    await used(server, 'franck', '2021-10-14T06:57:00Z');
    await used(server, 'ckelp', '2021-12-31T23:59:59Z');
    await used(server, 'agatha', '2022-01-01T00:00:01Z');
    await call('POST', DEVICES, { type: 'TOTP', user: 'admin' });
    const url = `${DEVICES}?filter=lastUsed%20le%20%222022-01-01%22`;
    const found = await call('GET', url);
    expect(found.status).toBe(200);
    expect(found.body).toMatchObject({ schemas: [LIST], totalResults: 2, startIndex: 1 });
    expect(Object.keys(found.body).sort()).toEqual(['Resources', 'schemas', 'startIndex', 'totalResults']);
    expect(found.body.Resources[0]).toEqual({
      lastUsed: '2021-10-14 06:57:00',
      created: '2021-10-14 06:56:00',
      meta: meta(1),
      schemas: [DEVICE_URN],
      name: 'Email message to fr****@so****.co*',
      id: 1,
      type: 'EMAIL',
      user: 'franck',
      fails: 0,
      email: 'franck@soffid.com',
      status: 'V',
    });
    for (const each of found.body.Resources) {
      const patch = { Operations: [{ op: 'replace', path: 'status', value: 'D' }] };
      const { status, body } = await call('PATCH', new URL(each.meta.location).pathname, patch);
      expect([status, body]).toEqual([200, { ...each, status: 'D' }]);
    }
    const left = await call('GET', `${DEVICES}?filter=${encodeURIComponent('status eq "D"')}`);
    expect(left.body.Resources.map(({ id }: { id: number }) => id)).toEqual([1, 2]);
  });
});

describe('the Soffid dialect', () => {
  it('answers the image of a creation unasked, and never again', async () => {
    const { call } = await scimServer();
    const message = {
      meta: { location: 'x', resourceType: 'OtpDevice' },
      schemas: [DEVICE_URN],
      type: 'TOTP',
      user: 'admin',
    };
    const { status, body } = await call('POST', DEVICES, message);
    expect(status).toBe(201);
    expect(body).toEqual({
      image: expect.stringMatching(/^iVBORw0KGgo/),
      created: '2022-01-01 00:00:00',
      meta: meta(1, { links: false }),
      schemas: [DEVICE_URN],
      name: 'TOTP00000001',
      id: 1,
      type: 'TOTP',
      user: 'admin',
      fails: 0,
      status: 'C',
    });
    expect((await call('POST', `${DEVICES}?attributes=user`, message)).body).toHaveProperty('image');
    for (const path of ['/1', '/1?attributes=image', '?attributes=image']) {
      expect((await call('GET', DEVICES + path)).text).not.toContain('iVBOR');
    }
    expect((await call('PUT', `${DEVICES}/1`, body)).status).toBe(200);
  });

  it('lists 100 at a time, at most 1000, and says how many only of a part', async () => {
    const { call, backend } = await scimServer();
    for (let n = 0; n < 102; n++) await backend.create({ type: 'PIN', user: `u${n}`, pin: pinOf() }, { actor: 'x' });
    const standard = (await call('GET', DEVICES)).body;
    expect([standard.totalResults, standard.itemsPerPage, standard.Resources.length]).toEqual([102, 100, 100]);
    const last = (await call('GET', `${DEVICES}?startIndex=101&count=100`)).body;
    expect([last.startIndex, last.itemsPerPage, last.Resources.length]).toEqual([101, 100, 2]);
    const all = (await call('GET', `${DEVICES}?count=5000`)).body;
    expect(all).not.toHaveProperty('itemsPerPage');
    expect(all.Resources).toHaveLength(102);
    const none = (await call('GET', `${DEVICES}?count=0`)).body;
    expect([none.totalResults, none.itemsPerPage, none.Resources]).toEqual([102, 0, []]);
    expect((await call('GET', `${DEVICES}?count=x`)).status).toBe(400);
  });

  it('refuses what its schema does not have, with the true status in the body', async () => {
    const { call } = await scimServer();
    for (const [method, url, body] of [
      ['POST', DEVICES, { type: 'TOTP', user: 'a', serial: '1' }],
      ['POST', DEVICES, { type: 'TOTP', user: 'a', externalId: '1' }],
    ] as const) {
      const answer = await call(method, url, body);
      expect([answer.status, answer.body.status]).toEqual([400, '400']);
      expect(answer.body.detail).toMatch(/^Invalid property (serial|externalId)$/);
    }
    await call('POST', DEVICES, { type: 'TOTP', user: 'a' });
    const patched = await call('PATCH', `${DEVICES}/1`, { Operations: [{ op: 'add', path: 'foo', value: 'x' }] });
    expect([patched.status, patched.body.detail]).toEqual([400, 'Invalid property foo']);
    expect((await call('GET', `${DEVICES}/99`)).body.status).toBe('404');
    expect((await call('GET', `${DEVICES}?filter=foo`)).body).toMatchObject({
      status: '400',
      scimType: 'invalidFilter',
    });
    expect((await call('PUT', `${DEVICES}/1`, { type: 'TOTP', user: 'a' })).status).toBe(400);
    expect(
      (await call('PATCH', `${DEVICES}/1`, { Operations: [{ op: 'set', path: 'status', value: 'V' }] })).status,
    ).toBe(400);
    const added = await call('PATCH', `${DEVICES}/1`, { Operations: [{ op: 'add', path: 'status', value: 'V' }] });
    expect([added.status, added.body.status]).toEqual([200, 'V']);
  });

  it('keeps a name that only the other dialect knows', async () => {
    const { call } = await scimServer();
    await call('POST', `${RFC_BASE}/OtpDevice`, device({ externalId: 'mine' }));
    const shown = (await call('GET', `${DEVICES}/1`)).body;
    expect(shown).not.toHaveProperty('externalId');
    expect((await call('PUT', `${DEVICES}/1`, { ...shown, status: 'D' })).status).toBe(200);
    const rfc = (await call('GET', `${RFC_BASE}/OtpDevice/1`)).body;
    expect([rfc.externalId, rfc.status]).toEqual(['mine', 'D']);
  });

  it('finds ids as numbers and as texts, and words in names and users', async () => {
    const { call } = await scimServer();
    for (const user of ['jane.doe', 'john.doe', 'x9.5']) await call('POST', DEVICES, { type: 'TOTP', user });
    const count = async (query: string) => (await call('GET', `${DEVICES}?${query}`)).body.totalResults;
    expect(await count('filter=id%20eq%202')).toBe(1);
    expect(await count('filter=id%20eq%20%222%22')).toBe(1);
    expect(await count('filter=id%20eq%209007199254740993')).toBe(0);
    expect(await count('filter=id%20gt%201')).toBe(2);
    expect(await count('textFilter=DOE')).toBe(2);
    expect(await count('textFilter=doe,jane')).toBe(1);
    expect(await count('textFilter=%22jane.doe%22')).toBe(1);
    expect(await count('textFilter=%22doe%20jane%22')).toBe(0);
    expect(await count('textFilter=totp%2Fx9.5&sortBy=id')).toBe(1);
    expect(await count(`textFilter=doe&filter=${encodeURIComponent('user sw "john"')}`)).toBe(1);
    expect((await call('GET', `${RFC_BASE}/OtpDevice?textFilter=jane`)).body.totalResults).toBe(3);
  });

  it('keeps id, meta and schemas whatever is asked for', async () => {
    const { call } = await scimServer();
    await call('POST', DEVICES, { type: 'TOTP', user: 'a' });
    const { body } = await call('GET', `${DEVICES}/1?attributes=user,created`);
    expect(Object.keys(body).sort()).toEqual(['created', 'id', 'meta', 'schemas', 'user']);
    expect(body.created).toBe('2022-01-01 00:00:00');
    const { body: less } = await call('GET', `${DEVICES}/1?excludedAttributes=user,meta,id`);
    expect(Object.keys(less).sort()).toEqual(['created', 'fails', 'id', 'meta', 'name', 'schemas', 'status', 'type']);
  });

  it('has no versions to show, and minds them where they are sent', async () => {
    const { call } = await scimServer();
    const { headers } = await call('POST', DEVICES, { type: 'TOTP', user: 'a' });
    expect(headers).not.toHaveProperty('etag');
    const patch = { Operations: [{ op: 'replace', path: 'status', value: 'V' }] };
    expect((await call('PATCH', `${DEVICES}/1`, patch, { 'if-match': 'W/"x"' })).status).toBe(412);
  });

  it('answers JSON to whom wants no other, and names no charset', async () => {
    const { call } = await scimServer();
    const typeFor = async (accept: string) =>
      (await call('GET', DEVICES, undefined, { accept })).headers['content-type'];
    expect(await typeFor('application/json')).toBe('application/json');
    expect(await typeFor('*/*')).toBe('application/scim+json');
    expect(await typeFor('application/json, application/scim+json')).toBe('application/scim+json');
    const rfc = await call('GET', `${RFC_BASE}/OtpDevice`, undefined, { accept: 'application/json' });
    expect(rfc.headers['content-type']).toBe('application/scim+json');
  });

  it('takes several slashes for one', async () => {
    const { call } = await scimServer();
    await call('POST', '//soffid//webservice/scim2//v1///OtpDevice', { type: 'TOTP', user: 'a' });
    const { status, body } = await call('GET', `/${SOFFID_BASE}//OtpDevice//1//requestChallenge`);
    expect([status, body]).toEqual([200, { cell: 'PIN', cardNumber: 'TOTP00000001' }]);
  });

  it('has no query over all types', async () => {
    const { call } = await scimServer();
    for (const [method, path] of [
      ['GET', '/'],
      ['POST', '/.search'],
    ] as const) {
      expect((await call(method, SOFFID_BASE + path, method === 'POST' ? {} : undefined)).status).toBe(404);
    }
    expect((await call('POST', `${DEVICES}/.search`, { filter: 'id pr' })).body.totalResults).toBe(0);
    expect((await call('GET', `${SOFFID_BASE}/ResourceTypes`)).body.Resources[0].endpoint).toBe(
      `http://localhost:80${DEVICES}`,
    );
  });
});

function pinOf() {
  return Secret.ofText('12345678');
}
