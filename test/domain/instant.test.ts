import { describe, expect, it } from 'vitest';
import { parseMoment, toIso } from '../../src/domain/instant.ts';

describe('an instant', () => {
  it.each([
    ['2022-01-01', '2022-01-01T00:00:00Z'],
    ['2022-01-01T10:00:00Z', '2022-01-01T10:00:00Z'],
    ['2022-01-01t10:00:00z', '2022-01-01T10:00:00Z'],
    ['2022-01-01T10:00:00.999Z', '2022-01-01T10:00:00Z'],
    ['2022-01-01T10:00:00+02:00', '2022-01-01T08:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59Z'],
  ])('%s is %s', (text, iso) => {
    expect(toIso(Math.floor(parseMoment(text) as number))).toBe(iso);
  });

  it.each([
    '',
    '2022',
    '2022-01',
    '2022-13-01',
    '2023-02-29',
    '2022-02-30T00:00:00Z',
    '2022-01-01 10:00:00',
    '2022-01-01T10:00:00',
    '2022-01-01T25:00:00Z',
    '01/02/2022',
    'today',
    '1640995200',
  ])('is not %j', (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });
});
