import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/delivery/redact.ts';

describe('redaction', () => {
  it('strips controls, and what reorders text', () => {
    expect(redact('a\r\nb\u001b[2J\u202ec\u0085\u200bd', '492039', [])).toBe('a b [2J c d');
  });

  it('leaves what is neither', () => {
    const text = '{"status":-12,"message":"unknown number +34666555444","id":"5f2c9a7e-1b1e-4b7e-9f2d-3f6a1c9d0e11"}';
    expect(redact(text, '492039', ['XXXXXXt'])).toBe(text);
  });

  it('leaves nothing of a secret that has the code in it, or of a code that has a secret in it', () => {
    expect(redact('492039', '492039', ['203'])).toBe('[code]');
    expect(redact('a203b', '492039', ['203'])).toBe('a[secret]b');
  });

  it('does not take two letters for a secret', () => {
    expect(redact('a banana', '492039', ['', 'a', 'an'])).toBe('a banana');
  });

  it('finds the code between anything', () => {
    const code = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 6, maxLength: 10 });
    const around = fc.string({ unit: fc.constantFrom(...'ab <>&;%\\-.\n\u001b'), maxLength: 20 });
    const between = fc.string({ unit: fc.constantFrom(...' .,-_/\n\t\u00a0\u200b'), maxLength: 5 });
    fc.assert(
      fc.property(code, around, between, around, (digits, before, mark, after) => {
        const shown = redact(`${before}x${[...digits].join(mark)}x${after}`, digits, []);
        expect(shown.replace(/[^0-9]/g, '')).toBe('');
      }),
    );
  });

  it.each([
    ['digits', '49203'.repeat(13_000)],
    ['digits and marks', '4 9 2 0 3 '.repeat(6_500)],
    ['marks', `4${'<'.repeat(65_000)}`],
    ['entities', '4&;&#;'.repeat(11_000)],
    ['escapes', '4%20\\u0020%%'.repeat(5_400)],
    ['letters', 'QUJD'.repeat(16_000)],
    ['letters of a secret', 'aaaaaaab'.repeat(8_000)],
  ])('of much text, %s, takes no time', (_what, text) => {
    const start = performance.now();
    redact(text, '492039', ['aaaaaaaaac', 'a'.repeat(200)]);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
