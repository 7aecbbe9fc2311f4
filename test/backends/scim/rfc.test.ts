import { describe, expect, it } from 'vitest';
import { SERVER_DIALECTS } from '../../../src/backends/scim/dialects.ts';
import { createScimBackend } from '../../../src/backends/scim/scim-backend.ts';
import { unusedSince } from '../../../src/domain/device/staleness.ts';
import { ORIGIN } from '../../support/backends.ts';
import { countedRandom, NEW_YEAR } from '../../support/fixed.ts';
import { collect, filterOf, openTransport } from '../../support/remote.ts';
import { type ScriptedAnswer, type ScriptedRequest, scriptedServer } from '../../support/scripted-server.ts';

const resource = (id: string, more: object = {}) => ({
  schemas: ['urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice'],
  id,
  name: `Device ${id}`,
  type: 'TOTP',
  user: 'ada',
  status: 'C',
  created: '2022-01-01T01:00:00+01:00',
  fails: 0,
  meta: { resourceType: 'OtpDevice', version: `W/"${id}-1"` },
  ...more,
});
const list = (resources: readonly object[]): ScriptedAnswer => ({
  body: { totalResults: resources.length, startIndex: 1, itemsPerPage: resources.length, Resources: resources },
});

async function rfc(answer: (request: ScriptedRequest) => ScriptedAnswer | undefined) {
  const { origin, requests } = await scriptedServer(answer);
  const { transport } = openTransport(`${origin}/scim/v2/`);
  return {
    backend: createScimBackend({ transport, dialect: SERVER_DIALECTS.rfc, timezone: 'UTC', random: countedRandom() }),
    requests,
  };
}

describe('a server of the RFCs', () => {
  it('has any text for an id, and times with a zone', async () => {
    const id = '6f1c/..%2f ?x';
    const { backend, requests } = await rfc(() => ({ body: resource(id) }));
    expect(await backend.find(id)).toMatchObject({ id, created: NEW_YEAR });
    expect(requests[0]?.target).toBe(`/scim/v2/OtpDevice/${id}`);
    for (const none of ['', '.', '..']) expect(await backend.find(none)).toBeUndefined();
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['status eq "V"', '(status eq "V" or status eq "E")'],
    ['status ne "enabled"', '(status ne "V" and status ne "E")'],
    ['not (user eq "a\\"b" or type ne "PIN")', 'not ((user eq "a\\"b" or type ne "PIN"))'],
    ['lastUsed le "2022-01-01" and fails gt 1', '(lastUsed le "2022-01-01T00:00:00Z" and fails gt 1)'],
    ['lastUsed lt "2022-01-01T00:00:00.500Z"', 'lastUsed lt "2022-01-01T00:00:00.500Z"'],
    ['email eq null', 'email eq null'],
    ['meta[resourceType sw "Otp"]', 'meta.resourceType sw "Otp"'],
  ])('is asked for  %s  in full:  %s', async (given, sent) => {
    const { backend, requests } = await rfc(() => list([]));
    await collect(backend, filterOf(given));
    expect(requests.map(({ target }) => target)).toEqual([
      `/scim/v2/OtpDevice?filter=${sent}&sortBy=id&startIndex=1&count=1000`,
    ]);
  });

  it('is asked for what the short options say, and judged here all the same', async () => {
    const { backend, requests } = await rfc(() =>
      list([resource('a'), resource('b', { user: 'ADA' }), resource('c', { user: 'bob' })]),
    );
    const selection = { user: 'ada', types: ['TOTP', 'PIN'], statuses: ['C', 'V'], words: ['dev'] } as const;
    const { filter } = { filter: unusedSince(NEW_YEAR, 'only') };
    expect((await collect(backend, { ...selection, filter })).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(requests[0]?.target).toContain(
      'filter=user eq "ada" and (type eq "TOTP" or type eq "PIN") and (status eq "C" or (status eq "V" or status eq "E"))' +
        ' and (not (lastUsed pr) and created le "2022-01-01T00:00:00Z") and (user co "dev" or name co "dev")',
    );
  });

  it('may give devices in an order of its own: they are sorted here, and none is taken twice', async () => {
    const { backend } = await rfc(() => list(['10', 'b', '2', 'a'].map((id) => resource(id))));
    expect((await collect(backend, {})).map(({ id }) => id)).toEqual(['2', '10', 'a', 'b']);
    const twice = await rfc(() => list(['10', 'b', '2', 'b'].map((id) => resource(id))));
    await expect(collect(twice.backend, {})).rejects.toMatchObject({ code: 'protocol' });
  });

  /** A server that gives `most` at once, and says that this is all. */
  const short = (ids: readonly string[], most: number, after: 'nothing' | 'again' | 'refusal' = 'nothing') =>
    rfc(({ target }) => {
      const query = new URL(target, 'http://x').searchParams;
      const [from, count] = [Number(query.get('startIndex')), Number(query.get('count'))];
      if (from > ids.length && after === 'refusal') return { status: 400, body: { scimType: 'invalidValue' } };
      const first = from > ids.length && after === 'again' ? 1 : from;
      return list(ids.slice(first - 1, first - 1 + Math.min(count, most)).map((id) => resource(id)));
    });

  it.each(['nothing', 'again', 'refusal'] as const)(
    'may count a page where all are to be counted: what comes next is asked for; behind the end is %s',
    async (after) => {
      const ids = ['1', '2', '3', '4', '5'];
      for (const most of [2, 3, 5, 9]) {
        const { backend } = await short(ids, most, after);
        expect((await collect(backend, {})).map(({ id }) => id)).toEqual(ids);
        expect(await backend.count({})).toBe(5);
        expect(await backend.count({ user: 'ADA' })).toBe(5);
      }
      const { backend } = await short(['7'], 5, after);
      expect(await backend.count({})).toBe(1);
    },
  );

  it('is asked once behind a page that is shorter than it was asked for, and not behind none', async () => {
    const one = await short(['1'], 5);
    await collect(one.backend, {});
    expect(one.requests.map(({ target }) => /startIndex=\d+/.exec(target)?.[0])).toEqual([
      'startIndex=1',
      'startIndex=2',
    ]);
    const none = await short([], 5);
    await collect(none.backend, {});
    expect(none.requests).toHaveLength(1);
  });

  it('is judged by all that it says of a device', async () => {
    const rows = [
      resource('a', { externalId: 'X-1', meta: { lastModified: '2022-03-01T00:00:00.250Z', location: 'http://h/a' } }),
      resource('b', { lastUsed: '2022-02-01T00:00:00.900Z', meta: { lastModified: '2022-01-01T00:00:00Z' } }),
      resource('c', { created: '2022-01-01T00:00:00.100Z', meta: {} }),
    ];
    const { backend } = await rfc(() => list(rows));
    const ids = async (filter: string) => (await collect(backend, filterOf(filter))).map(({ id }) => id).join('');
    expect(await ids('externalId eq "X-1"')).toBe('a');
    expect(await ids('externalId ne "X-1"')).toBe('bc');
    expect(await ids('meta.lastModified gt "2022-03-01T00:00:00.2Z"')).toBe('a');
    expect(await ids('meta.lastModified ge "2022-03-01T00:00:00.3Z"')).toBe('');
    expect(await ids('not (meta.lastModified pr)')).toBe('c');
    expect(await ids('lastUsed gt "2022-02-01"')).toBe('b');
    expect(await ids('lastUsed ge "2022-02-01T00:00:01Z"')).toBe('');
    expect(await ids('created eq "2022-01-01T00:00:00.1Z"')).toBe('c');
    expect(await ids('meta.location eq "http://h/a"')).toBe('a');
    expect(await collect(backend, filterOf('id eq "b"'))).toMatchObject([{ lastUsed: Date.UTC(2022, 1, 1) / 1000 }]);
  });

  const changing = (patched: ScriptedAnswer, statuses: string[], version?: string) =>
    rfc(({ method }) => {
      if (method === 'DELETE') return patched;
      if (method === 'PATCH') return patched;
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      return {
        body: resource('a', { status, ...(version === undefined && { meta: {} }) }),
        headers: version ? { etag: version } : {},
      };
    });

  it('is changed on the condition that the device is as it was read', async () => {
    const { backend, requests } = await changing({ status: 204 }, ['C', 'V'], 'W/"a-1"');
    expect(await backend.transition('a', 'enable', { ...ORIGIN, reason: 'x' })).toMatchObject({ status: 'V' });
    expect(requests[1]).toMatchObject({ method: 'PATCH', headers: { 'if-match': 'W/"a-1"' } });
    expect(requests[1]?.headers).not.toHaveProperty('otpctl-reason');
    await backend.remove('a', ORIGIN);
    expect(requests.at(-1)).toMatchObject({ method: 'DELETE', headers: { 'if-match': 'W/"a-1"' } });
  });

  it('is changed without a condition, where it has no versions', async () => {
    const { backend, requests } = await changing({ status: 204 }, ['C', 'V']);
    await backend.transition('a', 'enable', ORIGIN);
    expect(requests[1]?.headers).not.toHaveProperty('if-match');
  });

  it.each(['x', '"a\r\nx: y"', '"\u00e9"'])(
    'is changed without a condition that no header can carry: %j',
    async (version) => {
      const statuses = ['C', 'V'];
      const { backend, requests } = await rfc(({ method }) =>
        method === 'PATCH' ? { status: 204 } : { body: resource('a', { status: statuses.shift(), meta: { version } }) },
      );
      expect(await backend.transition('a', 'enable', ORIGIN)).toMatchObject({ status: 'V' });
      expect(requests[1]?.headers).not.toHaveProperty('if-match');
    },
  );

  it('says that somebody else was faster', async () => {
    const lost = await changing({ status: 412 }, ['C', 'D'], 'W/"1"');
    await expect(lost.backend.transition('a', 'enable', ORIGIN)).rejects.toMatchObject({
      code: 'changed-meanwhile',
      message: 'device Device a was changed by somebody else meanwhile and is disabled',
    });
    await expect(lost.backend.remove('a', ORIGIN)).rejects.toMatchObject({ code: 'changed-meanwhile' });
    const same = await changing({ status: 412 }, ['C', 'V'], 'W/"1"');
    expect(await same.backend.transition('a', 'enable', ORIGIN)).toMatchObject({ status: 'V' });
  });

  it.each([
    [{ status: 409, body: { scimType: 'uniqueness' } }, 'duplicate'],
    [{ status: 409, body: { detail: 'no channel' } }, 'status-forbids'],
    [{ status: 501 }, 'not-supported-here'],
    [{ status: 403 }, 'not-allowed'],
    [{ status: 400, body: { scimType: 'invalidValue', detail: 'no' } }, 'invalid-value'],
  ])('refuses a creation with %o: %s', async (answer, code) => {
    const { backend } = await rfc(() => answer);
    await expect(backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN)).rejects.toMatchObject({ code });
  });
});
