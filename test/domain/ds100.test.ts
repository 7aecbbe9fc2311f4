import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ds100Record, ds100Serial, ds100Time } from '../../src/domain/ds100.ts';
import { toIso } from '../../src/domain/instant.ts';

const RECORD = {
  deviceSerialNumber: '140100080',
  tokenSerialNumber: '014010008031',
  userId: 'u',
  tokenStatus: 'Enabled',
};

describe('serial numbers of a DS100', () => {
  it('are told apart by their length, and keep the leading zero', () => {
    expect(ds100Serial(' 140100080 ')).toEqual({ kind: 'device', digits: '140100080' });
    expect(ds100Serial('014010008031')).toEqual({ kind: 'token', digits: '014010008031' });
  });

  it('that lost their leading zero are refused, and it is said', () => {
    expect(() => ds100Serial('14010008031')).toThrow('a leading zero seems to be lost');
    expect(() => ds100Serial('')).toThrow('is not a serial number');
  });
});

describe('a record', () => {
  it('keeps what nobody knows, and the order of its fields', () => {
    const raw = { unknown: [1, null], ...RECORD, more: { x: false } };
    expect(JSON.stringify(ds100Record(raw))).toBe(JSON.stringify(raw));
  });

  it('has its serial numbers as texts when they came as numbers', () => {
    const record = ds100Record({ ...RECORD, deviceSerialNumber: 40100080, tokenSerialNumber: 14010008031 });
    expect(record).toMatchObject({ deviceSerialNumber: '040100080', tokenSerialNumber: '014010008031' });
  });

  it.each(['tokenSerialNumber', 'userId', 'tokenStatus', 'deviceSerialNumber'])('is none without its %s', (name) => {
    expect(ds100Record({ ...RECORD, [name]: undefined })).toBeUndefined();
    expect(ds100Record({ ...RECORD, [name]: null })).toBeUndefined();
    for (const odd of ['\u001b[31m', 'a\ud800', 'a\nb', 'x'.repeat(300)])
      expect(ds100Record({ ...RECORD, [name]: odd })).toBeUndefined();
  });

  it.each([null, [], 'text', 7, undefined])('is not %j', (value) => {
    expect(ds100Record(value)).toBeUndefined();
  });

  it('takes from the question what the answer leaves out', () => {
    const { deviceSerialNumber, ...rest } = RECORD;
    expect(ds100Record(rest, { deviceSerialNumber })).toEqual(RECORD);
  });
});

describe('a time of RSA', () => {
  it.each([
    ['2022-05-24T07:30:55.856Z', '2022-05-24T07:30:55Z'],
    ['2022-05-24T084041.067Z', '2022-05-24T08:40:41Z'],
    ['2022-05-24T084041Z', '2022-05-24T08:40:41Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ])('%s  is  %s', (text, iso) => {
    expect(toIso(ds100Time(text) ?? 0)).toBe(iso);
  });

  it.each(['2018-30-06T12:00:00.000Z', '2023-02-29T00:00:00Z', '2022-05-24T250000Z', 'yesterday', '', '2022-05-24'])(
    'is none: %j',
    (text) => {
      expect(ds100Time(text)).toBeUndefined();
    },
  );

  it('is read, or is none, whatever it is', () => {
    const digits = fc.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:?\d\d:?\d\d(\.\d{1,3})?Z$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), digits), (text) => {
        const instant = ds100Time(text);
        if (instant !== undefined) expect(toIso(instant).replaceAll(':', '')).toBe(text.replaceAll(/:|\.\d+/g, ''));
      }),
    );
  });
});
