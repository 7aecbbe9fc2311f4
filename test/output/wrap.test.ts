import { describe, expect, it } from 'vitest';
import { textWidth } from '../../src/output/text/text-width.ts';
import { wrapped } from '../../src/output/text/wrap.ts';

describe('a text in lines', () => {
  it('is broken between words, and keeps the two spaces that set off a command', () => {
    expect(wrapped('make one with  otpctl store init', 80, '  ')).toEqual(['  make one with  otpctl store init']);
    expect(wrapped('make one with  otpctl store init', 15)).toEqual(['make one with', 'otpctl store', 'init']);
    expect(wrapped('one two three', Number.POSITIVE_INFINITY)).toEqual(['one two three']);
  });

  it('is nowhere wider than the window, and loses nothing but spaces', () => {
    const text = 'ab  cdefghijklmnop 日本語日本語 q ';
    for (const columns of [4, 5, 8, 13]) {
      const lines = wrapped(text, columns, ' ');
      expect(Math.max(...lines.map((line) => textWidth(line)))).toBeLessThanOrEqual(columns);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });
});
