import { describe, expect, it } from 'vitest';
import { checkKeyLength, isKeyLength, isWeakKey, keyBits } from '../../../src/domain/otp/key-length.ts';
import { Secret } from '../../../src/domain/secret.ts';

const key = (bytes: number) => new Secret(new Uint8Array(bytes));

describe('a key', () => {
  it.each([
    [9, true, false],
    [10, true, true],
    [15, true, true],
    [16, false, true],
    [64, false, true],
    [65, false, false],
  ])('of %i bytes is weak: %s, and can be taken over: %s', (bytes, weak, can) => {
    expect([isWeakKey(key(bytes)), isKeyLength(key(bytes)), keyBits(key(bytes))]).toEqual([
      weak,
      can,
      `${bytes * 8} bits`,
    ]);
  });

  it.each([
    [9, true, 'the secret has 9 bytes (72 bits) and needs at least 16 (128 bits, RFC 4226)'],
    [9, false, 'the secret has 9 bytes (72 bits) and needs at least 16 (128 bits, RFC 4226)'],
    [10, false, 'the secret has 10 bytes (80 bits) and needs at least 16 (128 bits, RFC 4226)'],
    [15, false, 'the secret has 15 bytes (120 bits) and needs at least 16 (128 bits, RFC 4226)'],
    [65, true, 'the secret has 65 bytes (520 bits) and may have at most 64'],
    [10, true, undefined],
    [15, true, undefined],
    [16, false, undefined],
    [64, false, undefined],
  ])('of %i bytes, weak ones allowed: %s, is refused: %s', (bytes, allowWeak, message) => {
    const check = expect(() => checkKeyLength(key(bytes), allowWeak));
    if (message === undefined) check.not.toThrow();
    else check.toThrow(expect.objectContaining({ code: 'invalid-value', message }));
  });
});
