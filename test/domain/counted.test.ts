import { describe, expect, it } from 'vitest';
import { counted, grouped } from '../../src/domain/text/counted.ts';

describe('a count in a sentence', () => {
  it.each([
    [0, '0 devices'],
    [1, '1 device'],
    [12_430, '12,430 devices'],
  ])('%i: %s', (count, text) => {
    expect(counted(count, 'device')).toBe(text);
  });

  it('knows what is no plain plural', () => {
    expect([1, 2].map((count) => counted(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries']);
  });
});

describe('a whole number', () => {
  it.each([0, 7, 999, 1000, 12_430, 100_000, 1_000_000, 9_007_199_254_740_991])(
    '%i is written as English does',
    (value) => {
      expect(grouped(value)).toBe(value.toLocaleString('en'));
    },
  );
});
