import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../../src/domain/device/device.ts';
import type { Page } from '../../../src/domain/device/selection.ts';
import { unusedSince } from '../../../src/domain/device/staleness.ts';
import { bindFilter } from '../../../src/domain/query/bind-filter.ts';
import { DEVICE_SCHEMA, deviceResource, type FilterableDevice } from '../../../src/domain/query/device-schema.ts';
import { fulfils } from '../../../src/domain/query/evaluate.ts';
import { printFilter } from '../../../src/domain/query/print-filter.ts';
import { NEW_YEAR } from '../../support/fixed.ts';
import { filters, devices as someDevices } from '../../support/random-filters.ts';
import { collect, filterOf, type RemoteOptions, remoteSet } from '../../support/remote.ts';
import type { SoffidDevice } from '../../support/soffid/soffid-device.ts';

const row = (id: number, more: Partial<SoffidDevice> = {}): SoffidDevice => ({
  id: BigInt(id),
  name: `TOTP${id}`,
  type: 'TOTP',
  user: `user${id % 7}`,
  status: 'V',
  created: NEW_YEAR * 1000,
  fails: 0,
  ...more,
});

async function withRows(rows: readonly SoffidDevice[], options: RemoteOptions = {}) {
  const set = await remoteSet(options);
  for (const each of rows) set.double.devices.set(each.id, each);
  const ids = async (selection = {}, page: Page = {}) =>
    (await collect(set.backend, selection, page)).map(({ id }) => Number(id));
  const filtersSent = () => set.double.requests.map(({ query }) => query.get('filter'));
  return { ...set, ids, filtersSent };
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

/** The numbers are those of the list of what a client of Soffid must survive. */
describe('a list of Soffid', () => {
  it('9, 10: is counted by what comes, in the order of ids, whatever the pages say', async () => {
    const { ids, double } = await withRows(
      numbers(2345)
        .reverse()
        .map((id) => row(id)),
    );
    expect(await ids()).toEqual(numbers(2345));
    expect(double.requests.map(({ query }) => query.toString())).toEqual([
      'sortBy=id&startIndex=1&count=1000',
      'sortBy=id&startIndex=1001&count=1000',
      'sortBy=id&startIndex=2001&count=1000',
    ]);
  });

  it('is passed on in pages, also where all of it had to be sorted first', async () => {
    const { backend } = await withRows(numbers(2345).map((id) => row(id)));
    for (const page of [{}, { sortBy: 'user' }, { descending: true }] as const) {
      const lengths = [];
      for await (const some of backend.list({}, page)) lengths.push(some.length);
      expect(lengths).toEqual([1000, 1000, 345]);
    }
  });

  it('10: may come in shorter pages than were asked for', async () => {
    const { ids, double } = await withRows(numbers(100).map((id) => row(id)));
    double.before = ({ query }) => {
      query.set('count', '7');
      return false;
    };
    expect(await ids()).toEqual(numbers(100));
    expect(double.requests).toHaveLength(15);
  });

  it('10: may come in pages that grow shorter than the first', async () => {
    const { ids, double } = await withRows(numbers(3210).map((id) => row(id)));
    double.before = ({ query }) => {
      if (query.get('startIndex') !== '1') query.set('count', '300');
      return false;
    };
    expect(await ids()).toEqual(numbers(3210));
  });

  it('10: asks again for a page that is older than the one before it, as what is asked at once may be', async () => {
    const { ids, double } = await withRows(numbers(2345).map((id) => row(id)));
    let isOld = true;
    double.before = ({ query }) => {
      const isLast = query.get('startIndex') === '2001';
      if (isLast && isOld) double.devices.delete(2345n);
      else double.devices.set(2345n, row(2345));
      if (isLast) isOld = false;
      return false;
    };
    expect(await ids()).toEqual(numbers(2345));
    expect(double.requests.filter(({ query }) => query.get('startIndex') === '2001')).toHaveLength(2);
  });

  it('has ids of up to 64 bits, whose digits are all kept wherever they stand in the text', async () => {
    const ids = [9007199254740992n, 9007199254740993n, 12345678901234567n, 123456789012345678n, 9223372036854775807n];
    for (let shift = 0; shift < 40; shift++) {
      const rows = ids.map((id) => ({ ...row(1, { user: 'u'.repeat(shift + 1) }), id }));
      const { backend } = await withRows(rows);
      expect((await collect(backend, {})).map(({ id }) => id)).toEqual(ids.map(String));
    }
  });

  it('11: has devices without an id, whose address names it', async () => {
    const { ids, double } = await withRows([row(1), row(2)]);
    double.before = ({ query }) => {
      query.set('attributes', 'name,type,user,status,created,fails');
      return false;
    };
    expect(await ids()).toEqual([1, 2]);
  });

  it('20, 21: is never asked for with .search, nor with a textFilter beside the order', async () => {
    const { ids, double } = await withRows([row(1, { user: 'Ada' }), row(2, { name: 'lada' }), row(3)]);
    expect(await ids({ words: ['aDA'] })).toEqual([1, 2]);
    expect(await ids({ words: ['ada', 'la'] })).toEqual([2]);
    expect(double.requests.every(({ method, path }) => method === 'GET' && path === '/OtpDevice')).toBe(true);
    expect(double.requests.every(({ query }) => !query.has('textFilter'))).toBe(true);
  });

  it.each([
    ['status eq "V"', '(status eq "V" or status eq "E")'],
    ['status ne "V"', null],
    ['not (type eq "TOTP")', null],
    ['not (type ne "TOTP")', 'type eq "TOTP"'],
    ['user eq "ADA"', 'user co "ada"'],
    ['user eq "Müller"', 'user co "ller"'],
    ['name sw "TOTP"', 'name co "totp"'],
    ['email eq "é"', null],
    ['user eq "a\\"b\\\\c"', 'user co "a"'],
    ['id eq "4022880"', 'id eq 4022880'],
    ['id eq "x"', null],
    ['id gt "5"', 'id gt 5'],
    ['user gt "b"', null],
    ['fails gt 2', 'fails gt 2'],
    ['fails eq 0', null],
    ['fails gt -1', null],
    ['lastUsed pr', 'lastUsed pr'],
    ['not (lastUsed pr)', null],
    ['lastUsed eq null', null],
    ['lastUsed ne null', 'lastUsed pr'],
    ['user pr', null],
    ['externalId eq "x"', null],
    ['type eq "TOTP" and user ne "ada"', 'type eq "TOTP"'],
    ['type eq "TOTP" or user ne "ada"', null],
    ['type eq "TOTP" or type eq "HOTP" and fails gt 1', '(type eq "TOTP" or (type eq "HOTP" and fails gt 1))'],
    ['not (type ne "TOTP" and type ne "HOTP")', '(type eq "TOTP" or type eq "HOTP")'],
  ])('22: %s  is asked for as  %s', async (given, sent) => {
    const { ids, filtersSent } = await withRows([row(1)]);
    await ids(filterOf(given));
    expect(filtersSent()).toEqual([sent]);
  });

  it.each(['UTC', 'Europe/Madrid', 'Pacific/Kiritimati', 'America/Los_Angeles'])(
    '23: by times, finds what a store here would, also where the zone of the server (%s) is taken for another',
    async (zone) => {
      const cut = NEW_YEAR;
      const used = [-40 * 3600, -26 * 3600, -3601, -3600, -1, 0, 1, 3600, 26 * 3600];
      const rows = used.map((offset, at) => row(at + 1, { lastUsed: (cut + offset) * 1000 }));
      const { ids, backend, filtersSent } = await withRows([...rows, row(20)], { zone, timezone: zone });
      const selection = { filter: unusedSince(cut, 'exclude') };
      expect(await ids(selection)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(filtersSent()[0]).toMatch(/^lastUsed le "2022-01-0[0-9]T[0-9:]+Z"$/);
      expect(await ids({ filter: unusedSince(cut, 'only') })).toEqual([20]);
      expect(await backend.count(selection)).toBe(6);
      const wrong = await withRows([...rows, row(20)], { zone, timezone: 'UTC' });
      const shown = await collect(wrong.backend, {});
      const expected = shown
        .filter(({ lastUsed }) => lastUsed !== undefined && lastUsed <= cut)
        .map(({ id }) => Number(id));
      expect(await wrong.ids(selection)).toEqual(expected);
    },
  );

  it('finds what the filter means, whatever the filter, and sends none of what would lose rows', async () => {
    const asked = filters.map((filter) => ({ filter, text: printFilter(filter) }));
    const { backend, double } = await withRows([]);
    await fc.assert(
      fc.asyncProperty(asked, someDevices, async ({ filter, text }, list) => {
        double.devices.clear();
        double.requests.length = 0;
        const shown = list.map(asServed);
        for (const device of shown) double.devices.set(BigInt(device.id), asRow(device));
        const bound = bindFilter(filter, DEVICE_SCHEMA, text);
        const expected = shown.filter((each) => fulfils(bound, served(each, double.url)));
        expect(await collect(backend, { filter: bound })).toEqual(expected);
        expect(double.requests.map(({ query }) => query.get('filter') ?? '').join()).not.toMatch(
          /\b(?:ne|not|eq_ci|sw|ew)\b(?![^"]*"(?:[^"]*"[^"]*")*[^"]*$)/,
        );
      }),
      { numRuns: 400 },
    );
  });

  it('is sorted here, as a store here would', async () => {
    const rows = [
      row(10, { user: 'b', email: 'x@y.z' }),
      row(2, { user: 'B' }),
      row(1, { user: 'a' }),
      row(100, { user: 'z' }),
    ];
    const { ids } = await withRows(rows);
    expect(await ids()).toEqual([1, 2, 10, 100]);
    expect(await ids({}, { descending: true })).toEqual([100, 10, 2, 1]);
    expect(await ids({}, { sortBy: 'user' })).toEqual([1, 2, 10, 100]);
    expect(await ids({}, { sortBy: 'user', descending: true })).toEqual([100, 2, 10, 1]);
    expect(await ids({}, { sortBy: 'email' })).toEqual([10, 1, 2, 100]);
    expect(await ids({}, { sortBy: 'email', descending: true })).toEqual([1, 2, 100, 10]);
    expect(await ids({}, { sortBy: 'user', offset: 1, limit: 2 })).toEqual([2, 10]);
    expect(await ids({}, { offset: 3 })).toEqual([100]);
    expect(await ids({}, { limit: 0 })).toEqual([]);
  });

  it('is not read further than it is wanted', async () => {
    const { ids, backend, double } = await withRows(numbers(5000).map((id) => row(id)));
    expect(await ids({}, { limit: 3 })).toEqual([1, 2, 3]);
    expect(double.requests.map(({ query }) => query.get('count'))).toEqual(['3']);
    double.requests.length = 0;
    expect(await backend.count({})).toBe(5000);
    expect(double.requests.map(({ query }) => query.get('count'))).toEqual(['1']);
    expect(await backend.count({ user: 'USER3' })).toBe(714);
  });

  describe('is an error when it is wrong', () => {
    const broken = async (change: (body: Record<string, unknown>, startIndex: number) => void) => {
      const set = await withRows(numbers(2500).map((id) => row(id)));
      set.double.after = (request, reply) => {
        const body = JSON.parse(reply.body ?? '') as Record<string, unknown>;
        change(body, Number(request.query.get('startIndex')));
        return { ...reply, body: JSON.stringify(body) };
      };
      return set.ids();
    };
    const rowsOf = (body: Record<string, unknown>) => body['Resources'] as unknown[];

    it.each([
      [
        'repeats a device',
        (body: Record<string, unknown>) => rowsOf(body).splice(5, 1, rowsOf(body)[4]),
        'twice, or out of order',
      ],
      [
        'repeats a page',
        (body: Record<string, unknown>, at: number) =>
          at > 1 && rowsOf(body).splice(0, 1, { ...(rowsOf(body)[0] as object), id: 1 }),
        'device 1 twice',
      ],
      [
        'leaves devices out',
        (body: Record<string, unknown>, at: number) => at > 2000 && rowsOf(body).splice(0),
        '2000 of 2500 devices, and no more',
      ],
      [
        'gives more than it counts',
        (body: Record<string, unknown>) => Object.assign(body, { totalResults: 5 }),
        'more devices than the 5',
      ],
      [
        'shrinks',
        (body: Record<string, unknown>, at: number) => at > 1 && Object.assign(body, { totalResults: 2499 }),
        'were deleted while',
      ],
      [
        'never ends',
        (body: Record<string, unknown>, at: number) =>
          Object.assign(body, {
            totalResults: at * 10 + 5000,
            Resources: rowsOf(body).length > 0 ? rowsOf(body) : [{ ...row(at + 1), id: at + 1 }],
          }),
        'without an end',
      ],
      ['is no list', (body: Record<string, unknown>) => Object.assign(body, { Resources: 'none' }), 'no list'],
      [
        'does not count',
        (body: Record<string, unknown>) => Object.assign(body, { totalResults: undefined }),
        'no list',
      ],
    ] as const)('%s', async (_what, change, message) => {
      await expect(broken(change)).rejects.toMatchObject({
        code: 'protocol',
        message: expect.stringContaining(message),
      });
    });

    it('but not when devices were added at its end meanwhile', async () => {
      const { ids, double } = await withRows(numbers(1500).map((id) => row(id)));
      double.before = ({ query }) => {
        if (query.get('startIndex') !== '1') double.devices.set(1501n, row(1501));
        return false;
      };
      expect(await ids()).toEqual(numbers(1501));
    });
  });
});

/** What the service has of a device: no externalId, no time of its last change; and no wide letters in names. */
function asServed({ externalId: _e, lastModified: _m, ...device }: FilterableDevice): Device {
  const plain = (text: string) => text.replaceAll('\uff41', 'a');
  return {
    ...device,
    name: plain(device.name),
    user: plain(device.user),
    ...(device.email !== undefined && { email: plain(device.email) }),
  };
}

function asRow({ id, created, lastUsed, ...device }: Device): SoffidDevice {
  return {
    ...device,
    id: BigInt(id),
    created: created * 1000,
    ...(lastUsed !== undefined && { lastUsed: lastUsed * 1000 }),
  };
}

/** A device as the double serves it: where it is, and without the time of its last change. */
function served(device: Device, url: string): Record<string, unknown> {
  const { meta, ...resource } = deviceResource(device as FilterableDevice);
  return { ...resource, meta: { ...(meta as object), location: `${url}/OtpDevice/${device.id}` } };
}
