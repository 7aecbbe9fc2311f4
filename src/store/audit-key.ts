import type { KeyObject } from 'node:crypto';
import { SALT_DIGITS } from '../domain/audit/entry-proof.ts';
import type { RandomBytes } from '../domain/random-source.ts';
import { hex } from '../domain/text/hex.ts';
import { createKeyedHash, type KeyedHash } from './keyed-hash.ts';

/** What the audit log is written with. */
export interface AuditKey {
  /** The key of its chain. */
  readonly hmac: KeyObject;
  /** The HMAC of an entry, by that key. */
  readonly mac: KeyedHash;
  /** A salt for the texts of an entry, in hex. */
  salt(): string;
}

/** Salts that are drawn together: one by one they take longer than all else of an entry. */
const SALTS_AT_ONCE = 64;

export function createAuditKey(hmac: KeyObject, randomBytes: RandomBytes): AuditKey {
  let drawn = '';
  let at = 0;
  return {
    hmac,
    mac: createKeyedHash(hmac),
    salt() {
      if (at === drawn.length) [drawn, at] = [hex(randomBytes((SALTS_AT_ONCE * SALT_DIGITS) / 2)), 0];
      at += SALT_DIGITS;
      return drawn.slice(at - SALT_DIGITS, at);
    },
  };
}
