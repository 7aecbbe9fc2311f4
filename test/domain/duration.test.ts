import { describe, expect, it } from 'vitest';
import { after, before, parseDuration } from '../../src/domain/duration.ts';
import { parseMoment, toIso } from '../../src/domain/instant.ts';

const ahead = (from: string, duration: string) => toIso(after(parseMoment(from) as number, parseDuration(duration)));
const back = (from: string, duration: string) => toIso(before(parseMoment(from) as number, parseDuration(duration)));

describe('a duration', () => {
  it.each([
    ['2022-01-31', '1mo', '2022-02-28T00:00:00Z'],
    ['2020-02-29', '1y', '2021-02-28T00:00:00Z'],
    ['2022-11-30', '3mo', '2023-02-28T00:00:00Z'],
    ['2022-01-01', '90d', '2022-04-01T00:00:00Z'],
    ['2022-01-01', '30min', '2022-01-01T00:30:00Z'],
  ])('after %s, of %s, ends at %s', (from, duration, end) => {
    expect(ahead(from, duration)).toBe(end);
  });

  it.each(['999999999y', '999999999d', '99999999mo'])('of %s ends after the calendars do', (text) => {
    expect(() => after(0, parseDuration(text))).toThrow('too long');
  });

  it.each(['999999999y', '999999999d', '99999999mo'])('of %s ends before there were calendars', (text) => {
    expect(() => before(0, parseDuration(text))).toThrow('too long');
  });

  it.each([
    ['2022-03-01T00:00:30Z', '30s', '2022-03-01T00:00:00Z'],
    ['2022-03-01T00:30:00Z', '30min', '2022-03-01T00:00:00Z'],
    ['2022-03-01', '12h', '2022-02-28T12:00:00Z'],
    ['2022-03-31', '90d', '2021-12-31T00:00:00Z'],
    ['2022-03-15', '2w', '2022-03-01T00:00:00Z'],
    ['2022-08-31', '6mo', '2022-02-28T00:00:00Z'],
    ['2024-08-31', '6mo', '2024-02-29T00:00:00Z'],
    ['2022-03-31T10:11:12Z', '1mo', '2022-02-28T10:11:12Z'],
    ['2024-02-29', '1y', '2023-02-28T00:00:00Z'],
    ['2022-01-15', '13mo', '2020-12-15T00:00:00Z'],
  ])('back from %s, %s ends at %s', (from, duration, end) => {
    expect(back(from, duration)).toBe(end);
  });

  it.each([
    ['6m', 'minutes or months'],
    ['90', 'no unit'],
    ['0d', 'zero'],
    ['-5d', 'not a duration'],
    ['1.5d', 'not a duration'],
    ['1h30min', 'not a duration'],
    ['P90D', 'not a duration'],
    ['90 d', 'not a duration'],
    ['90D', 'not a duration'],
    ['', 'not a duration'],
    ['5years', 'no unit of a duration'],
    ['9999999999d', 'not a duration'],
  ])('is not %j', (text, message) => {
    expect(() => parseDuration(text)).toThrow(message);
  });
});
