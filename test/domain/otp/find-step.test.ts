import { describe, expect, it } from 'vitest';
import { findCounter, hotp } from '../../../src/domain/otp/hotp.ts';
import { findStep, totp } from '../../../src/domain/otp/totp.ts';
import { Secret } from '../../../src/domain/secret.ts';

const KEY = Secret.ofText('12345678901234567890');
const SIX = { algorithm: 'SHA1', digits: 6 } as const;

describe('the step of a code', () => {
  it('is found from the first to the last that is looked at, and nowhere else', () => {
    for (const [step, found] of [
      [99, undefined],
      [100, 100],
      [103, 103],
      [106, 106],
      [107, undefined],
    ] as const) {
      expect(findStep(KEY, totp(KEY, step, SIX), 100, 106, SIX)).toBe(found);
    }
    // Before the first one there is none.
    expect(findStep(KEY, totp(KEY, 2, SIX), -3, 3, SIX)).toBe(2);
    expect(findStep(KEY, totp(KEY, 2, SIX), -3, 1, SIX)).toBeUndefined();
  });

  it('is the first where several have the same code', () => {
    // Codes of one digit come again soon.
    const one = { algorithm: 'SHA1', digits: 1 } as const;
    const code = hotp(KEY, 0n, one);
    let next = 1n;
    while (hotp(KEY, next, one) !== code) next += 1n;
    expect(findCounter(KEY, code, 0n, next, one)).toBe(0n);
    expect(findCounter(KEY, code, 1n, next, one)).toBe(next);
  });
});
