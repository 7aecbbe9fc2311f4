import { beforeEach, describe, expect, it } from 'vitest';
import { device, ERROR, search } from '../support/scim-messages.ts';
import { DEVICE_URN, RFC_BASE, type ScimServer, scimServer } from '../support/scim-server.ts';

const DEVICES = `${RFC_BASE}/OtpDevice`;

describe('a list', () => {
  let server: ScimServer;

  /** Devices 1 to 5, made ten seconds apart; the third was used, the fourth is disabled. */
  beforeEach(async () => {
    server = await scimServer();
    for (const [at, more] of [
      { user: 'Ada', externalId: 'x-1' },
      { user: 'bob', type: 'HOTP' },
      { user: 'cyd', email: 'Cyd', status: 'V' },
      { user: 'dan', type: 'EMAIL', email: 'dan@example.com', status: 'D' },
      { user: 'eve', phone: '5' },
    ].entries()) {
      server.clock.set(1_640_995_200 + at * 10);
      expect((await server.call('POST', DEVICES, device(more))).status).toBe(201);
    }
  });

  const get = (query: Record<string, string | number>) =>
    server.call('GET', `${DEVICES}?${new URLSearchParams(query as Record<string, string>)}`);
  const idsOf = (answer: { body: { Resources?: { id: string }[] } }) => answer.body.Resources?.map(({ id }) => id);

  it('is a ListResponse', async () => {
    const { status, headers, body } = await get({});
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/scim+json');
    expect(body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 5,
      startIndex: 1,
      itemsPerPage: 5,
    });
    expect(body.Resources[0]).toEqual((await server.call('GET', `${DEVICES}/1`)).body);
  });

  it.each([
    ['type eq "HOTP"', ['2']],
    ['TYPE Eq "HOTP"', ['2']],
    ['type eq "hotp"', ['2']],
    ['type sw "ho"', ['2']],
    ['type eq "telegram"', []],
    ['user eq "ADA"', ['1']],
    [`${DEVICE_URN}:user eq "ada"`, ['1']],
    ['id eq "3"', ['3']],
    ['externalId eq "x-1"', ['1']],
    ['externalId eq "X-1"', []],
    ['externalId pr', ['1']],
    ['email pr', ['3', '4']],
    ['meta pr', ['1', '2', '3', '4', '5']],
    ['not (meta pr)', []],
    ['not (email pr)', ['1', '2', '5']],
    ['email eq null', ['1', '2', '5']],
    ['status ne "C"', ['3', '4']],
    ['status eq "C" and type eq "HOTP" or user sw "e"', ['2', '5']],
    ['status eq "C" and (type eq "HOTP" or user sw "e")', ['2', '5']],
    ['user co "A"', ['1', '4']],
    ['user ew "E"', ['5']],
    ['fails gt 0', []],
    ['fails le 0', ['1', '2', '3', '4', '5']],
    ['created ge "2022-01-01T00:00:20Z"', ['3', '4', '5']],
    ['created ge "2022-01-01T01:00:20+01:00"', ['3', '4', '5']],
    ['meta.lastModified lt "2021-12-31T19:00:10-05:00"', ['1']],
    ['meta.resourceType eq "OtpDevice"', ['1', '2', '3', '4', '5']],
    ['meta[resourceType eq "User"]', []],
    ['meta.location eq "http://localhost:80/scim/v2/OtpDevice/4"', ['4']],
    [`schemas eq "${DEVICE_URN}"`, ['1', '2', '3', '4', '5']],
    ['lastUsed pr', []],
    ['user eq "nobody"', []],
  ])('filtered by %s has %j', async (filter, ids) => {
    const answer = await get({ filter });
    expect([answer.status, answer.body.totalResults, idsOf(answer)]).toEqual([200, ids.length, ids]);
    const searched = await server.call('POST', `${DEVICES}/.search`, search({ filter }));
    expect(searched.body).toEqual(answer.body);
  });

  it.each([
    'type',
    'type eq',
    'type eq "TOTP',
    'type eq TOTP',
    'type is "TOTP"',
    'type eq "TOTP" and',
    '(type eq "TOTP"',
    'type eq "TOTP")',
    'type eq "TOTP" type pr',
    '',
    'fails gt true',
    'fails eq "many"',
    'type gt true',
    'created gt "soon"',
    'unknown eq "x"',
    'urn:x:user eq "x"',
    'pin eq "1"',
    'pin pr',
    'image pr',
    'user[value eq "x"]',
    'emails[type eq "x"]',
    '__proto__ pr',
  ])('filtered by %j is 400 invalidFilter', async (filter) => {
    for (const answer of [
      await get({ filter }),
      await server.call('POST', `${RFC_BASE}/.search`, search({ filter })),
    ]) {
      expect(answer.body).toEqual({
        schemas: [ERROR],
        status: '400',
        scimType: 'invalidFilter',
        detail: expect.any(String),
      });
      expect(answer.status).toBe(400);
    }
  });

  it.each([
    [{}, ['1', '2', '3', '4', '5']],
    [{ sortBy: 'user' }, ['1', '2', '3', '4', '5']],
    [{ sortBy: 'USER', sortOrder: 'descending' }, ['5', '4', '3', '2', '1']],
    [{ sortBy: 'email' }, ['3', '4', '1', '2', '5']],
    [{ sortBy: 'email', sortOrder: 'descending' }, ['1', '2', '5', '4', '3']],
    [{ sortBy: 'meta.created', sortOrder: 'descending' }, ['5', '4', '3', '2', '1']],
    [{ sortBy: `${DEVICE_URN}:externalId` }, ['1', '2', '3', '4', '5']],
  ])('sorted by %j has %j', async (query, ids) => {
    expect(idsOf(await get(query))).toEqual(ids);
    expect(idsOf(await server.call('POST', `${RFC_BASE}/.search`, search(query)))).toEqual(ids);
  });

  it.each([
    [{ startIndex: 2, count: 2 }, 2, 2, ['2', '3']],
    [{ startIndex: 5, count: 9 }, 5, 1, ['5']],
    [{ startIndex: 6 }, 6, 0, []],
    [{ startIndex: 0 }, 1, 5, ['1', '2', '3', '4', '5']],
    [{ startIndex: -7, count: 1 }, 1, 1, ['1']],
    [{ startIndex: '99999999999999999999' }, Number.MAX_SAFE_INTEGER, 0, []],
    [{ count: 0 }, 1, 0, []],
    [{ count: -3 }, 1, 0, []],
    [{ count: 5000 }, 1, 5, ['1', '2', '3', '4', '5']],
  ])('with %j starts at %i and has %i', async (query, startIndex, itemsPerPage, ids) => {
    const answer = await get(query);
    expect(answer.body).toMatchObject({ totalResults: 5, startIndex, itemsPerPage });
    expect(idsOf(answer)).toEqual(ids);
  });

  it.each([
    ['startIndex=x', 'invalidValue'],
    ['count=1.5', 'invalidValue'],
    ['count=', 'invalidValue'],
    ['count=1&count=2', 'invalidValue'],
    ['sortOrder=up', 'invalidValue'],
    ['sortBy=unknown', 'invalidPath'],
    ['attributes=user&excludedAttributes=type', 'invalidValue'],
  ])('with %s is 400 %s', async (query, scimType) => {
    const { status, body } = await server.call('GET', `${DEVICES}?${query}`);
    expect([status, body.scimType]).toEqual([400, scimType]);
  });

  it.each([
    [{ startIndex: '1' }, 'invalidValue'],
    [{ count: 1.5 }, 'invalidValue'],
    [{ filter: 5 }, 'invalidValue'],
    [{ attributes: 5 }, 'invalidValue'],
    [{ attributes: [{}] }, 'invalidValue'],
    [{ sortOrder: 'x' }, 'invalidValue'],
    [{ attributes: ['user'], excludedAttributes: ['type'] }, 'invalidValue'],
    [{ schemas: ['urn:x'] }, 'invalidSyntax'],
    [{ schemas: undefined }, 'invalidSyntax'],
  ])('searched with %j is 400 %s', async (more, scimType) => {
    for (const path of ['/.search', '/OtpDevice/.search']) {
      const { status, body } = await server.call('POST', RFC_BASE + path, search(more));
      expect([status, body.scimType]).toEqual([400, scimType]);
    }
  });

  it('of the whole server is at the root', async () => {
    const all = await get({ filter: 'status eq "C"' });
    for (const path of ['', '/']) {
      const root = await server.call('GET', `${RFC_BASE}${path}?filter=${encodeURIComponent('status eq "C"')}`);
      expect(root.body).toEqual(all.body);
    }
  });

  it('answers HEAD without a body', async () => {
    const { status, text } = await server.call('HEAD', DEVICES);
    expect([status, text]).toEqual([200, '']);
  });

  it.each([
    ['user', ['id', 'schemas', 'user']],
    ['USER,Name', ['id', 'name', 'schemas', 'user']],
    [`${DEVICE_URN}:user`, ['id', 'schemas', 'user']],
    ['meta.version', ['id', 'meta', 'schemas']],
    ['unknown', ['id', 'schemas']],
    ['__proto__,constructor', ['id', 'schemas']],
    ['pin,image', ['id', 'schemas']],
  ])('with attributes=%s has %j, and so have all other answers', async (attributes, names) => {
    const query = `attributes=${encodeURIComponent(attributes)}`;
    const url = `${DEVICES}/1`;
    const answers = [
      (await server.call('GET', `${url}?${query}`)).body,
      (await server.call('GET', `${DEVICES}?${query}`)).body.Resources[0],
      (await server.call('POST', `${RFC_BASE}/.search`, search({ attributes: attributes.split(',') }))).body
        .Resources[0],
      (await server.call('PUT', `${url}?${query}`, device({ status: 'C', user: 'Ada' }))).body,
      (
        await server.call('PATCH', `${url}?${query}`, {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'add', path: 'status', value: 'V' }],
        })
      ).body,
    ];
    for (const body of answers) expect(Object.keys(body).sort()).toEqual(names);
  });

  it('leaves out what is excluded, but never id and schemas', async () => {
    const excludedAttributes = 'USER,id,schemas,meta.version,type';
    const { body } = await server.call('GET', `${DEVICES}/1?excludedAttributes=${excludedAttributes}`);
    expect(Object.keys(body).sort()).toEqual(
      ['created', 'externalId', 'fails', 'id', 'meta', 'name', 'schemas', 'status'].sort(),
    );
    expect(Object.keys(body.meta)).toEqual(['resourceType', 'created', 'lastModified', 'location']);
    const searched = await server.call(
      'POST',
      `${RFC_BASE}/.search`,
      search({ excludedAttributes: excludedAttributes.split(',') }),
    );
    expect(searched.body.Resources[0]).toEqual(body);
  });
});
