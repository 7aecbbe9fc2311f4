import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTimeReader } from '../../../src/backends/scim/devices/zone-time.ts';
import { readJson } from '../../../src/backends/scim/transport/json-answer.ts';
import { toIso } from '../../../src/domain/instant.ts';
import { writtenTime } from '../../support/soffid/soffid-device.ts';

describe('a time without a zone', () => {
  const read = (text: unknown, zone: string) => {
    const moment = createTimeReader(zone)(text);
    return moment === undefined ? undefined : toIso(moment);
  };

  it.each([
    ['2021-10-14 06:44:43', 'UTC', '2021-10-14T06:44:43Z'],
    ['2021-10-14 06:44:43.123', 'UTC', '2021-10-14T06:44:43Z'],
    ['2021-10-14 06:44:43', 'Europe/Madrid', '2021-10-14T04:44:43Z'],
    ['2021-01-14 06:44:43', 'Europe/Madrid', '2021-01-14T05:44:43Z'],
    ['2021-01-14 06:44:43', 'Asia/Kathmandu', '2021-01-14T00:59:43Z'],
    ['2021-01-01 00:00:00', 'Pacific/Kiritimati', '2020-12-31T10:00:00Z'],
    ['2021-10-31 01:59:59', 'Europe/Madrid', '2021-10-30T23:59:59Z'],
    ['2021-10-31 02:30:00', 'Europe/Madrid', '2021-10-31T00:30:00Z'],
    ['2021-10-31 03:00:00', 'Europe/Madrid', '2021-10-31T02:00:00Z'],
    ['2021-03-28 02:30:00', 'Europe/Madrid', '2021-03-28T01:30:00Z'],
    ['2021-03-28 03:00:00', 'Europe/Madrid', '2021-03-28T01:00:00Z'],
    ['2021-10-14T06:44:43Z', 'Europe/Madrid', '2021-10-14T06:44:43Z'],
    ['2021-10-14T06:44:43+02:00', 'UTC', '2021-10-14T04:44:43Z'],
    ['2021-10-14T06:44:43.5-0330', 'UTC', '2021-10-14T10:14:43Z'],
    [1_640_995_200_999, 'Europe/Madrid', '2022-01-01T00:00:00Z'],
    ['2021-02-30 00:00:00', 'UTC', undefined],
    ['2021-13-01 00:00:00', 'UTC', undefined],
    ['2021-01-01 24:00:00', 'UTC', undefined],
    ['2021-01-01 00:60:00', 'UTC', undefined],
    ['2021-01-01', 'UTC', undefined],
    ['', 'UTC', undefined],
    [Number.NaN, 'UTC', undefined],
    [{}, 'UTC', undefined],
  ])('%j in %s is %s', (text, zone, expected) => {
    expect(read(text, zone)).toBe(expected);
  });

  it('is what a clock of the zone shows, at any moment', () => {
    const zones = [
      'UTC',
      'Europe/Madrid',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Tehran',
      'Africa/Casablanca',
    ];
    const readers = new Map(zones.map((zone) => [zone, createTimeReader(zone)]));
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 946_684_800, max: 1_893_456_000 }), (zone, moment) => {
        const shown = writtenTime(moment * 1000, zone);
        const found = readers.get(zone)?.(shown) ?? 0;
        // In an hour that is shown twice it is the first.
        expect(writtenTime(found * 1000, zone)).toBe(shown);
        expect(found).toBeLessThanOrEqual(moment);
        expect(moment - found).toBeLessThanOrEqual(3600);
      }),
      { numRuns: 2000 },
    );
  });

  it('of a zone that nobody knows is an error of the profile', () => {
    expect(() => createTimeReader('Mars/Olympus')).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });
});

describe('JSON of a server', () => {
  it('is read with every digit of its integers, and nothing else is changed', () => {
    expect(readJson('{"id":9223372036854775807,"a":[1,-9007199254740993,1.5e300],"s":"9007199254740993"}')).toEqual({
      id: '9223372036854775807',
      a: [1, '-9007199254740993', 1.5e300],
      s: '9007199254740993',
    });
  });

  it('is read the same whatever follows it, and not at all when it is cut off', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (value, rest) => {
        const text = JSON.stringify(value);
        const expected = JSON.parse(text);
        fc.pre(!/[0-9]{16}/.test(text));
        expect(readJson(text)).toEqual(expected);
        expect(readJson(`${text}{${rest}`)).toEqual(expected);
        expect(readJson(text.slice(0, -1))).toBeUndefined();
      }),
    );
  });

  it.each(['', '   ', 'null', '"x"', '1', '<html>', '{', '[1', '{"a":"', '{"a":"\\"}', 'x{}'])(
    'is not in %j',
    (text) => {
      expect(readJson(text)).toBeUndefined();
    },
  );
});
