import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase32, encodeBase32 } from '../../../src/domain/otp/base32.ts';
import { importedSecret } from '../../../src/domain/otp/imported-secret.ts';
import { Secret } from '../../../src/domain/secret.ts';

const hexOf = (secret: Secret) => Buffer.from(secret.expose()).toString('hex');
const HEX = '3132333435363738393031323334353637383930';
const BASE32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('Base32', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
      }),
    );
  });

  it('reads it as people paste it', () => {
    const bytes = decodeBase32(BASE32);
    for (const text of [BASE32.toLowerCase(), 'GEZD GNBV GY3T QOJQ gezd gnbv gy3t qojq', `${BASE32}====`]) {
      expect(decodeBase32(text)).toEqual(bytes);
    }
  });

  it('drops the bits left over in the last character', () => {
    expect(decodeBase32('MZ')).toEqual(decodeBase32('MY'));
  });

  it.each(['', '=', 'A', 'AAA', 'AAAAAA', '0000', 'MY1', 'MÝ', 'a b!'])('is not %j', (text) => {
    expect(decodeBase32(text)).toBeUndefined();
  });
});

describe('an imported secret', () => {
  it.each([
    BASE32,
    HEX,
    HEX.toUpperCase(),
    `hex:${HEX}`,
    `base32: ${BASE32}`,
    ` ${BASE32}\n`,
    'GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ',
  ])('may be written %s', (text) => {
    expect(hexOf(importedSecret(text))).toBe(HEX);
  });

  it.each([
    ['', 'there is no secret'],
    ['hex: ', 'there is no secret|neither'],
    ['GEZDGNBVGY3TQOJQ\nGEZDGNBVGY3TQOJQ', 'more than one line'],
    ['not a secret!', 'neither Base32 nor hex'],
    ['hex:xyz', 'neither Base32 nor hex'],
    [`base32:${HEX}`, 'neither Base32 nor hex'],
    ['22'.repeat(20), 'could be hex or Base32'],
    ['abc', 'neither Base32 nor hex'],
    ['hex:abc', 'neither Base32 nor hex'],
    ['zz12', 'neither Base32 nor hex'],
    ['12zz', 'neither Base32 nor hex'],
    ['12!', 'neither Base32 nor hex'],
    [`hex:${BASE32}`, 'neither Base32 nor hex'],
    [`x base32:${BASE32}`, 'neither Base32 nor hex'],
    [`!${BASE32}`, 'neither Base32 nor hex'],
  ])('is refused: %s', (text, message) => {
    expect(() => importedSecret(text)).toThrow(new RegExp(message));
  });

  it('is what the word before it says, where it could be both', () => {
    const both = '22'.repeat(20);
    expect(hexOf(importedSecret(`HEX:${both}`))).toBe(both);
    expect(importedSecret(`Base32:${both}`).expose()).toHaveLength(25);
  });

  it('is not repeated in the message', () => {
    expect(() => importedSecret('MYSECRETMYSECRET!')).toThrow(/^(?!.*MYSECRET)/);
  });
});

describe('a Secret', () => {
  const secret = Secret.ofText('hunter2');

  it('prints as [secret] however it is printed', () => {
    const printed = [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }),
    ];
    for (const text of printed) {
      expect(text).toContain('[secret]');
      expect(text).not.toContain('hunter2');
    }
    expect(Object.keys(secret)).toEqual([]);
  });

  it('is exposed only by name', () => {
    expect(secret.exposeText()).toBe('hunter2');
  });
});
