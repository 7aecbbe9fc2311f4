import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientKey, forwardedAddress, plainAddress } from '../../src/server/network/address.ts';

const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const groups = fc.array(group, { minLength: 8, maxLength: 8 });
const octets = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });

/** The same address in the ways that people and systems write it. */
function spellings(parts: readonly number[]): readonly string[] {
  const full = parts.map((part) => part.toString(16));
  const [a = 0, b = 0] = parts.slice(6);
  const dotted = [a >> 8, a & 255, b >> 8, b & 255].join('.');
  return [
    full.join(':'),
    full.map((part) => part.padStart(4, '0').toUpperCase()).join(':'),
    new URL(`http://[${full.join(':')}]`).hostname.slice(1, -1),
    `${full.slice(0, 6).join(':')}:${dotted}`,
  ];
}

describe('the address of a client', () => {
  it('has one key, however it is written', () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const keys = spellings(parts).map((text) => clientKey(plainAddress(text) ?? 'none'));
        expect(new Set(keys).size).toBe(1);
        expect(keys[0]).not.toBe('none');
      }),
    );
  });

  it('of IPv6 shares its key with its own 64 bits, and with no others', () => {
    fc.assert(
      fc.property(groups, groups, (one, other) => {
        const key = (parts: readonly number[]) => clientKey(plainAddress(spellings(parts)[0] ?? '') ?? 'none');
        fc.pre(one.slice(0, 4).some((part) => part !== 0));
        expect(key([...one.slice(0, 4), ...other.slice(4)])).toBe(key(one));
        const [first = 0, ...rest] = one;
        expect(key([first ^ 1, ...rest])).not.toBe(key(one));
      }),
    );
  });

  it('of IPv4 is itself, by whatever way it came', () => {
    fc.assert(
      fc.property(octets, (parts) => {
        const four = parts.join('.');
        const [a = 0, b = 0, c = 0, d = 0] = parts;
        const hex = `::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        for (const text of [four, `::ffff:${four}`, `0:0:0:0:0:FFFF:${four}`, hex, `${hex}%eth0`]) {
          expect(plainAddress(text)).toBe(four);
          expect(forwardedAddress(text.includes(':') ? `[${text}]:443` : `${text}:443`)).toBe(four);
        }
      }),
    );
  });

  it('is none where it is not one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = forwardedAddress(text);
        if (found !== undefined) expect(plainAddress(found)).toBe(found);
      }),
    );
  });
});
