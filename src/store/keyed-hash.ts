import { hash, type KeyObject } from 'node:crypto';

/** HMAC-SHA256 of a text under one key, 32 bytes. */
export type KeyedHash = (text: string) => Uint8Array;

/** Bytes of a block of SHA-256. */
const BLOCK = 64;

/** UTF-16 code units of a text become so many bytes of UTF-8 at most. */
const MOST_BYTES = 3;

/**
 * HMAC-SHA256 (RFC 2104) of short texts, made of two hashes of one call each: the same value as that of `createHmac`, in
 * half the time, which counts where every row of a table has one.
 */
export function createKeyedHash(key: KeyObject): KeyedHash {
  const bytes = key.export();
  if (bytes.length > BLOCK) throw new TypeError('a key longer than a block is to be hashed first');
  const outer = Buffer.alloc(BLOCK + 32, 0x5c);
  let inner = Buffer.alloc(BLOCK + 1024, 0x36);
  for (const [at, byte] of bytes.entries()) {
    outer[at] = byte ^ 0x5c;
    inner[at] = byte ^ 0x36;
  }
  return (text) => {
    const needed = BLOCK + MOST_BYTES * text.length;
    if (inner.length < needed) inner = Buffer.concat([inner.subarray(0, BLOCK), Buffer.alloc(needed)]);
    const length = inner.write(text, BLOCK);
    // As texts: for a digest that is a buffer Node allocates memory, which takes longer than the hash.
    outer.write(hash('sha256', inner.subarray(0, BLOCK + length), 'binary'), BLOCK, 'latin1');
    return Buffer.from(hash('sha256', outer, 'binary'), 'binary');
  };
}
