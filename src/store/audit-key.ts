import type { KeyObject } from 'node:crypto';
import { SALT_BYTES } from '../domain/audit/entry-proof.ts';
import type { RandomBytes } from '../domain/random-source.ts';

/** What the audit log is written with. */
export interface AuditKey {
  /** The key of its chain. */
  readonly hmac: KeyObject;
  /** A salt for the texts of an entry. */
  salt(): Uint8Array;
}

/** Salts that are drawn together: one by one they take longer than all else of an entry. */
const SALTS_AT_ONCE = 64;

export function createAuditKey(hmac: KeyObject, randomBytes: RandomBytes): AuditKey {
  let drawn: Uint8Array = new Uint8Array(0);
  let at = 0;
  return {
    hmac,
    salt() {
      if (at === drawn.length) [drawn, at] = [randomBytes(SALTS_AT_ONCE * SALT_BYTES), 0];
      at += SALT_BYTES;
      return drawn.subarray(at - SALT_BYTES, at);
    },
  };
}
