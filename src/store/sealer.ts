import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { RandomBytes } from '../domain/random-source.ts';
import { Secret } from '../domain/secret.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;
/** How many bytes longer a sealed value is than what is in it. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

/** The cell of a table that a sealed value belongs to: it opens nowhere else. */
interface SealedCell {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** AES-256-GCM under one key: a fresh 96-bit nonce each, the cell as additional data. nonce ‖ ciphertext ‖ tag. */
export interface Sealer {
  seal(secret: Secret, cell: SealedCell): Uint8Array;
  /** Undefined when the value is not one that this key sealed for this cell. */
  unseal(sealed: Uint8Array, cell: SealedCell): Secret | undefined;
}

export function createSealer(key: KeyObject, randomBytes: RandomBytes): Sealer {
  return {
    seal(secret, cell) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(additionalData(cell));
      return Buffer.concat([nonce, cipher.update(secret.expose()), cipher.final(), cipher.getAuthTag()]);
    },

    unseal(sealed, cell) {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(additionalData(cell));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const opened = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
      try {
        decipher.final();
      } catch {
        return undefined;
      }
      return new Secret(opened);
    },
  };
}

function additionalData({ table, column, row }: SealedCell): Buffer {
  return Buffer.from(`otpctl:${table}:${column}:${row}:v1`, 'utf8');
}

/** A key for one purpose, derived from another (HKDF-SHA256, RFC 5869). */
export function deriveKey(from: Secret | KeyObject, purpose: string, salt: string): KeyObject {
  const key = from instanceof Secret ? from.expose() : from;
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, salt, `otpctl:${purpose}:v1`, KEY_BYTES)));
}
