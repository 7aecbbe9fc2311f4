import { createHmac, createSecretKey } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyedHash } from '../../src/store/keyed-hash.ts';

describe('a keyed hash', () => {
  it.each([1, 32, 64])('is the HMAC-SHA256 of Node, of any text, one after another: a key of %i bytes', (length) => {
    const key = createSecretKey(Buffer.alloc(length, 7));
    const hash = createKeyedHash(key);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary', minLength: 500, maxLength: 5000 }),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(Buffer.from(hash(each))).toEqual(createHmac('sha256', key).update(each).digest());
      }),
    );
  });

  it('refuses a key that would be hashed first', () => {
    expect(() => createKeyedHash(createSecretKey(Buffer.alloc(65)))).toThrow(TypeError);
  });
});

describe('the text that is signed', () => {
  it('is the same by SQLite and by JavaScript, of every character and of numbers of 64 bits', () => {
    const database = new DatabaseSync(':memory:');
    const array = database.prepare('SELECT json_array(?, ?, NULL) AS text');
    const differ: number[] = [];
    for (let code = 1; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      // Planes beyond the second hold the same kind of characters: some of them will do.
      if (code > 0x2ffff && code % 97 !== 0) continue;
      if (array.get(character, BigInt(code))?.['text'] !== JSON.stringify([character, code, null])) differ.push(code);
    }
    expect(differ).toEqual([]);
    for (const number of [2n ** 63n - 1n, -(2n ** 63n), 0n]) {
      expect(array.get('', number)?.['text']).toBe(`["",${number},null]`);
    }
    database.close();
  });
});
