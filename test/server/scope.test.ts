import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RIGHTS, SCOPED } from '../../src/domain/api-key/rights.ts';
import { pngQr } from '../../src/output/qr-image.ts';
import { registerScim } from '../../src/server/scim/register-scim.ts';
import { ORIGIN } from '../support/backends.ts';
import { servedRoutes } from '../support/routes.ts';
import { device, patch, replace } from '../support/scim-messages.ts';
import { testServer } from '../support/server.ts';
import { tamper } from '../support/sql.ts';

const SALES = 'groups eq "Sales"';
const NOBODY = '999999';

/**
 * A server of two users in a scope, one outside it, and one who was removed; each has a device, by the ids 1 to 4. `scoped`
 * is a key of that scope with every role, `whole` one without a scope.
 */
async function twoBranches() {
  const server = await testServer({ mounts: [(app, surface) => registerScim(app, { ...surface, qrPng: pngQr })] });
  const { backend } = server;
  const users = [
    { name: 'ada', groups: ['Sales'], attributes: { mail: 'ada@example.com' } },
    { name: 'bea', groups: ['support', 'SALES'] },
    { name: 'outsider', groups: ['Legal'], attributes: { mail: 'outsider@example.com' } },
    { name: 'gone', groups: ['Sales'] },
  ];
  await backend.users.set(users, ORIGIN);
  for (const { name } of users) {
    const contact = { phone: `+3361234567${users.findIndex((each) => each.name === name)}` };
    await backend.create({ type: 'SMS', user: name, ...contact }, ORIGIN);
  }
  await backend.users.remove('gone', ORIGIN);
  const keyOf = async (name: string, scope?: string) => {
    const request = { name, roles: ['super'] as const, ...(scope !== undefined && { scope }) };
    return (await backend.apiKeys.create(request, ORIGIN)).key.exposeText();
  };
  return { ...server, keyOf, scoped: await keyOf('branch', SALES), whole: await keyOf('whole') };
}

/** What names somebody or something outside the scope, wherever it stands. */
const OUTSIDE = /outsider|\bgone\b|Legal|3361234567[23]/i;

/**
 * What is asked of each route: with a path for `:id` or `:name`, once of what is outside and once of what there is not. `list`
 * has nothing outside in its answer; `closed` is refused; `open` is of no user.
 */
const V1 = '/otpctl/v1';
const ROUTES: Readonly<Record<string, 'one' | 'list' | 'open' | 'closed' | { body: unknown }>> = {
  [`GET ${V1}/devices`]: 'list',
  [`POST ${V1}/devices`]: { body: { type: 'TOTP', user: 'NAME' } },
  [`GET ${V1}/devices/ID`]: 'one',
  [`DELETE ${V1}/devices/ID`]: 'one',
  [`PUT ${V1}/devices/ID/contact`]: { body: { phone: '+33612345678' } },
  [`POST ${V1}/devices/ID/challenge`]: 'one',
  [`POST ${V1}/devices/ID/verify`]: { body: { code: '123456' } },
  [`POST ${V1}/devices/ID/resync`]: { body: { codes: ['123456', '234567'] } },
  [`POST ${V1}/devices/ID/reset-fails`]: 'one',
  [`POST ${V1}/devices/ID/lock`]: 'one',
  [`POST ${V1}/devices/ID/unlock`]: 'one',
  [`POST ${V1}/devices/ID/enable`]: 'one',
  [`POST ${V1}/devices/ID/disable`]: 'one',
  [`GET ${V1}/challenged`]: 'list',
  [`GET ${V1}/settings`]: 'open',
  [`PATCH ${V1}/settings`]: 'closed',
  [`POST ${V1}/settings/test`]: 'closed',
  [`GET ${V1}/users`]: 'list',
  [`PATCH ${V1}/users`]: { body: { users: [{ name: 'NAME', active: false }] } },
  [`GET ${V1}/users/NAME`]: 'one',
  [`DELETE ${V1}/users/NAME`]: 'one',
  [`GET ${V1}/apikeys`]: 'closed',
  [`POST ${V1}/apikeys`]: 'closed',
  [`POST ${V1}/apikeys/NAME/rotate`]: 'closed',
  [`DELETE ${V1}/apikeys/NAME`]: 'closed',
  [`GET ${V1}/audit`]: 'list',
  [`GET ${V1}/audit/chain`]: 'closed',
  [`GET ${V1}/audit/anchor`]: 'closed',
  [`GET ${V1}/audit/verification`]: 'closed',
  [`GET ${V1}/whoami`]: 'open',
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  // To this machine it is open without a key.
  'GET /metrics': 'open',
  ...Object.fromEntries(
    ['/scim/v2', '/soffid/webservice/scim2/v1'].flatMap((base) => [
      [`GET ${base}/OtpDevice`, 'list'],
      [`POST ${base}/OtpDevice`, { body: device({ user: 'NAME' }) }],
      [`POST ${base}/OtpDevice/.search`, { body: {} }],
      [`GET ${base}/OtpDevice/ID`, 'one'],
      [`PUT ${base}/OtpDevice/ID`, { body: device({ user: 'NAME' }) }],
      [`PATCH ${base}/OtpDevice/ID`, { body: replace('status', 'L') }],
      [`DELETE ${base}/OtpDevice/ID`, 'one'],
      [`GET ${base}/OtpDevice/ID/requestChallenge`, 'one'],
      [`POST ${base}/OtpDevice/ID/responseChallenge`, { body: { pin: '123456' } }],
      [`GET ${base}/ServiceProviderConfig`, 'open'],
      [`GET ${base}/ResourceTypes`, 'open'],
      [`GET ${base}/ResourceTypes/ID`, 'open'],
      [`GET ${base}/Schemas`, 'open'],
      [`GET ${base}/Schemas/ID`, 'open'],
    ]),
  ),
  'GET /scim/v2': 'list',
  'POST /scim/v2/.search': { body: {} },
  'POST /scim/v2/Bulk': {
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'DELETE', path: '/OtpDevice/ID' },
        { method: 'PATCH', path: '/OtpDevice/ID', data: replace('status', 'L') },
        { method: 'PUT', path: '/OtpDevice/ID', data: device({ user: 'NAME' }) },
        { method: 'POST', path: '/OtpDevice', bulkId: 'a', data: device({ user: 'NAME' }) },
      ],
    },
  },
};

describe('a key with a scope', () => {
  it('has a row for every action in the table of what is in a scope', () => {
    expect(Object.keys(SCOPED)).toEqual(Object.keys(RIGHTS));
  });

  it('finds on every route that what is outside is not there, by the same answer as what there is not', async () => {
    const { app, scoped, send } = await twoBranches();
    // What a method is not for is told by the routes of all methods, which are tried with GET below.
    const served = servedRoutes(app, { id: 'ID', name: 'NAME' })
      .map(({ method, url }) => `${method} ${url}`)
      .filter((route) => !/^(HEAD|OPTIONS|TRACE|QUERY) |\*|\/Me$/.test(route));
    const { text: order } = await send('PATCH', '/scim/v2/OtpDevice', scoped);
    expect(order).toContain('405');
    const of405 = new Set<string>();
    for (const route of served.filter((each) => !(each in ROUTES))) {
      const [method = '', url = ''] = route.split(' ');
      const [out, none] = await Promise.all(['3', NOBODY].map((id) => send(method, url.replace('ID', id), scoped)));
      const same = (answer: typeof out) => answer?.text.replaceAll(/999999|\b3\b/g, '#');
      expect({ route, status: out?.status, text: same(out) }).toEqual({
        route,
        status: none?.status,
        text: same(none),
      });
      if (out?.status === 405 || out?.status === 404) of405.add(route);
    }
    // Each route is in the table, but for those that only say that their method is not there.
    expect(served.filter((route) => !(route in ROUTES) && !of405.has(route))).toEqual([]);
    expect(Object.keys(ROUTES).filter((route) => !served.includes(route))).toEqual([]);

    for (const [route, kind] of Object.entries(ROUTES)) {
      const [method = '', url = ''] = route.split(' ');
      const answers = [];
      for (const [id, name] of [
        ['3', 'outsider'],
        ['4', 'gone'],
        [NOBODY, 'nobody'],
      ] as const) {
        const filled = (text: string) => text.replaceAll(/\bID\b/g, id).replaceAll('NAME', name);
        const body = typeof kind === 'object' ? JSON.parse(filled(JSON.stringify(kind.body))) : undefined;
        const query = url.endsWith('/challenged') ? `?user=${name}` : '';
        const { status, text } = await send(method, filled(url) + query, scoped, body);
        answers.push({
          status,
          text:
            kind === 'list'
              ? text
              : text
                  .replaceAll(new RegExp(`(?<![0-9*+])${id}(?![0-9*])`, 'g'), '#')
                  .replaceAll(name, '@')
                  .replaceAll(/request [^ "]+/g, ''),
        });
        if (kind === 'list') expect(text).not.toMatch(OUTSIDE);
        if (kind === 'closed')
          expect({ route, status, why: /whole store/.test(text) }).toEqual({ route, status: 403, why: true });
        if (kind === 'one') expect({ route, status }).toEqual({ route, status: 404 });
        if (kind === 'open') expect({ route, ok: status === 200 || url.includes('ID') }).toEqual({ route, ok: true });
      }
      if (kind === 'open') continue;
      const [outside, gone, none] = answers;
      expect({ route, ...outside }).toEqual({ route, ...none });
      expect({ route, ...gone }).toEqual({ route, ...none });
    }
  });

  it('lists, counts, sorts, pages and searches its own alone, whatever the filter says', async () => {
    const { scoped, whole, send } = await twoBranches();
    const all = async (query: string, key = scoped) => {
      const { body, text } = await send('GET', `/scim/v2/OtpDevice?${query}`, key);
      expect(text).not.toMatch(key === scoped ? OUTSIDE : /^$/);
      return {
        total: body['totalResults'],
        users: ((body['Resources'] ?? []) as { user: string }[]).map(({ user }) => user),
      };
    };
    expect(await all('', whole)).toMatchObject({ total: 4 });
    const both = { total: 2, users: ['ada', 'bea'] };
    for (const filter of [
      '',
      'id pr',
      'not (user eq "nobody")',
      'user ne "ada" or user eq "ada"',
      'id ge "1"',
      'user pr and not (id eq "3" and id eq "4")',
    ]) {
      expect(await all(`filter=${encodeURIComponent(filter)}`.replace(/=$/, '=id%20pr'))).toEqual(both);
    }
    for (const filter of [
      'user eq "outsider"',
      'id eq "3"',
      'user sw "out"',
      'phone co "3361234567" and not (user eq "ada" or user eq "bea")',
    ]) {
      expect(await all(`filter=${encodeURIComponent(filter)}`)).toEqual({ total: 0, users: [] });
    }
    expect(await all('sortBy=user&sortOrder=descending')).toEqual({ total: 2, users: ['bea', 'ada'] });
    for (const sortBy of ['phone', 'created', 'status', 'name', 'meta.lastModified'])
      expect((await all(`sortBy=${sortBy}`)).total).toBe(2);
    expect(await all('startIndex=2&count=10')).toEqual({ total: 2, users: ['bea'] });
    expect(await all('startIndex=3')).toEqual({ total: 2, users: [] });
    expect(await all('count=0')).toEqual({ total: 2, users: [] });
    expect((await all('attributes=user')).users).toEqual(['ada', 'bea']);
    for (const query of [
      '',
      '?text=outs',
      '?user=outsider',
      '?sortBy=user',
      '?name=SMS%20message',
      '?filter=user%20co%20%22o%22',
    ]) {
      const { body, text } = await send('GET', `${V1}/devices${query}`, scoped);
      expect(text).not.toMatch(OUTSIDE);
      expect(body['total']).toBe(query === '' || query === '?sortBy=user' ? 2 : 0);
    }
  });

  it('tells no version of what is outside, and changes nothing there', async () => {
    const { app, backend, scoped, whole, send } = await twoBranches();
    const before = await send('GET', '/scim/v2/OtpDevice/3', whole);
    const etag = String(before.headers['etag']);
    for (const version of [etag, '*', 'W/"other"']) {
      for (const [method, payload] of [
        ['PATCH', patch([])],
        ['PATCH', replace('status', 'D')],
        ['PUT', device({ user: 'outsider' })],
        ['DELETE', undefined],
      ] as const) {
        const { statusCode, headers } = await app.inject({
          method,
          url: '/scim/v2/OtpDevice/3',
          headers: { authorization: `Bearer ${scoped}`, 'if-match': version, 'content-type': 'application/json' },
          ...(payload !== undefined && { payload: JSON.stringify(payload) }),
        });
        expect({ method, version, statusCode, etag: headers['etag'] }).toEqual({
          method,
          version,
          statusCode: 404,
          etag: undefined,
        });
      }
    }
    const read = await app.inject({
      url: '/scim/v2/OtpDevice/3',
      headers: { authorization: `Bearer ${scoped}`, 'if-none-match': etag },
    });
    expect(read.statusCode).toBe(404);
    expect(await backend.find('3')).toMatchObject({ status: 'C', user: 'outsider' });
  });

  it('makes devices for its users alone, however a name is written', async () => {
    const { backend, scoped, send } = await twoBranches();
    for (const user of ['outsider', 'OUTSIDER', ' outsider ', 'ｏｕｔｓｉｄｅｒ', 'new', 'gone']) {
      const { status, body } = await send('POST', `${V1}/devices`, scoped, { type: 'TOTP', user });
      expect({ user, status, body }).toMatchObject({ status: 404, body: { error: { code: 'user-not-found' } } });
      expect((await send('POST', '/scim/v2/OtpDevice', scoped, device({ user }))).status).toBe(404);
    }
    expect((await send('POST', `${V1}/devices`, scoped, { type: 'TOTP', user: 'ＡＤＡ' })).body).toMatchObject({
      device: { user: 'ada' },
    });
    expect(await backend.count({})).toBe(5);
    expect(await backend.users.find('new')).toBeUndefined();
  });

  it('changes users of its own, makes none, and moves none out of its scope', async () => {
    const { backend, scoped, send } = await twoBranches();
    const set = async (users: readonly unknown[]) => {
      const { status, body } = await send('PATCH', `${V1}/users`, scoped, { users });
      return { status, code: (body['error'] as { code?: string } | undefined)?.code };
    };
    expect(await set([{ name: 'ada', attributes: { city: 'Paris' } }])).toEqual({ status: 200, code: undefined });
    expect(await set([{ name: 'ada', groups: ['sales', 'x'] }])).toMatchObject({ status: 200 });
    expect(await set([{ name: 'ada', groups: ['Legal'] }])).toEqual({ status: 403, code: 'not-allowed' });
    expect(await set([{ name: 'outsider', groups: ['Sales'] }])).toEqual({ status: 404, code: 'user-not-found' });
    expect(await set([{ name: 'new', groups: ['Sales'] }])).toEqual({ status: 404, code: 'user-not-found' });
    // All of a request, or none.
    expect(
      await set([
        { name: 'bea', active: false },
        { name: 'outsider', active: false },
      ]),
    ).toMatchObject({ status: 404 });
    expect(await backend.users.find('ada')).toMatchObject({ groups: ['sales', 'x'] });
    expect(await backend.users.find('bea')).toMatchObject({ active: true });
    expect(await backend.users.find('outsider')).toMatchObject({ groups: ['Legal'], active: true });
  });

  it('reads the entries about its users, by device, user, actor and cursor, and not the chain', async () => {
    const { scoped, whole, send } = await twoBranches();
    const users = async (query: string, key = scoped) => {
      const { text } = await send('GET', `${V1}/audit${query}`, key);
      const entries = text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { user?: string; seq: number; cursor?: string });
      if (key === scoped) expect(text).not.toMatch(OUTSIDE);
      return entries;
    };
    expect((await users('', whole)).some(({ user }) => user === 'outsider')).toBe(true);
    expect(new Set((await users('')).map(({ user }) => user))).toEqual(new Set(['ada', 'bea']));
    for (const query of [
      '?device=3',
      '?device=4',
      '?user=outsider',
      '?user=gone',
      '?action=apikey.create',
      '?action=user.remove',
    ])
      expect(await users(query)).toEqual([]);
    expect((await users('?limit=1')).map(({ user }) => user)).toEqual(['bea']);
    const [first] = await users('', whole);
    if (first?.cursor !== undefined) {
      expect(
        (await users(`?after=${encodeURIComponent(first.cursor)}&limit=100`)).every(
          ({ user }) => user === 'ada' || user === 'bea',
        ),
      ).toBe(true);
    }
  });

  it('loses a user who leaves between two requests, and does not find one who was removed and made anew', async () => {
    const { backend, scoped, send } = await twoBranches();
    const status = async () => (await send('GET', `${V1}/devices/1`, scoped)).status;
    expect(await status()).toBe(200);
    await backend.users.set([{ name: 'ada', groups: ['Legal'] }], ORIGIN);
    expect(await status()).toBe(404);
    expect((await send('POST', `${V1}/devices/1/lock`, scoped, {})).status).toBe(404);
    await backend.users.set([{ name: 'ada', groups: ['Sales'] }], ORIGIN);
    expect(await status()).toBe(200);
    await backend.users.remove('ada', ORIGIN);
    expect(await status()).toBe(404);
    await backend.users.set([{ name: 'ada', groups: ['Sales'] }], ORIGIN);
    // The device is that of the one who left.
    expect(await status()).toBe(404);
    expect((await send('GET', `${V1}/users/ada`, scoped)).status).toBe(200);
    expect((await send('GET', `${V1}/devices?user=ada`, scoped)).body).toMatchObject({ total: 0 });
  });

  it('is narrowed, and never widened, by the scope that a request brings', async () => {
    const { app, scoped, whole } = await twoBranches();
    const ask = async (key: string, header: string) => {
      const headers = { authorization: `Bearer ${key}`, 'otpctl-scope': header };
      return (await app.inject({ url: `${V1}/devices`, headers })).json();
    };
    expect(await ask(scoped, encodeURIComponent('user eq "ada"'))).toMatchObject({ total: 1 });
    expect(await ask(scoped, encodeURIComponent('user eq "outsider"'))).toMatchObject({ total: 0 });
    expect(await ask(scoped, encodeURIComponent('userName pr'))).toMatchObject({ total: 2 });
    expect(await ask(scoped, encodeURIComponent('user eq "a") or (userName pr'))).toMatchObject({
      error: { code: 'invalid-filter' },
    });
    expect(await ask(whole, encodeURIComponent('user eq "outsider"'))).toMatchObject({ total: 1 });
    expect(await ask(whole, encodeURIComponent('user eq outsider'))).toMatchObject({
      error: { code: 'invalid-filter', position: 8 },
    });
    expect(await ask(whole, '%zz')).toMatchObject({ error: { code: 'bad-request' } });
    expect(await ask(whole, '')).toMatchObject({ error: { code: 'invalid-filter' } });
    const headers = { authorization: `Bearer ${whole}`, 'otpctl-scope': encodeURIComponent(SALES) };
    expect((await app.inject({ url: `${V1}/apikeys`, headers })).statusCode).toBe(403);
    expect((await app.inject({ url: `${V1}/whoami`, headers })).json()).toMatchObject({ scope: SALES });
  });

  it('keeps its scope when it is rotated, and is listed with it', async () => {
    const { backend, keyOf, whole, send } = await twoBranches();
    await keyOf('small', 'mail sw "ada@"');
    const { body } = await send('POST', `${V1}/apikeys/small/rotate`, whole, {});
    expect(body).toMatchObject({ scope: 'mail sw "ada@"' });
    expect((await send('GET', `${V1}/devices`, String(body['key']))).body).toMatchObject({ total: 1 });
    expect(await backend.apiKeys.list()).toContainEqual(
      expect.objectContaining({ name: 'small', scope: 'mail sw "ada@"' }),
    );
    const created = await send('POST', `${V1}/apikeys`, whole, {
      name: 'n',
      roles: ['query'],
      scope: 'active eq false',
    });
    expect((await send('GET', `${V1}/users`, String(created.body['key']))).text).toBe('');
    const bad = await send('POST', `${V1}/apikeys`, whole, { name: 'm', roles: ['query'], scope: 'groups gq "x"' });
    expect(bad).toMatchObject({ status: 400, body: { error: { code: 'invalid-filter', position: 7 } } });
  });

  it('decides nothing about whom somebody has put into the scope beside otpctl', async () => {
    const { backend, home, scoped, whole, send } = await twoBranches();
    tamper(join(home, 'store.db'), `UPDATE users SET groups = '["Sales"]' WHERE name = 'outsider'`);
    const asked = [
      ['POST', `${V1}/devices/3/lock`, {}],
      ['POST', `${V1}/devices/3/verify`, { code: '123456' }],
      ['DELETE', `${V1}/devices/3`, undefined],
      ['DELETE', '/scim/v2/OtpDevice/3', undefined],
      ['PATCH', '/scim/v2/OtpDevice/3', replace('status', 'D')],
      ['POST', `${V1}/devices`, { type: 'TOTP', user: 'outsider' }],
      ['PATCH', `${V1}/users`, { users: [{ name: 'outsider', active: false }] }],
      ['DELETE', `${V1}/users/outsider`, undefined],
    ] as const;
    for (const [method, url, body] of asked) {
      expect({ method, url, status: (await send(method, url, scoped, body)).status }).toEqual({
        method,
        url,
        status: 500,
      });
    }
    expect(await backend.count({})).toBe(4);
    expect((await send('DELETE', `${V1}/devices/3`, whole)).status).toBe(204);
  });

  it.each(['scoped', 'whole'] as const)('changes a user twice in one request of a key: %s', async (which) => {
    const { send, ...keys } = await twoBranches();
    const users = [
      { name: 'ada', attributes: { city: 'Paris' } },
      { name: 'ada', attributes: { city: 'Rome' } },
    ];
    expect(await send('PATCH', `${V1}/users`, keys[which], { users })).toMatchObject({ status: 200 });
  });
});
