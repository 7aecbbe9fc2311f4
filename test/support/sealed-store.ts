import { createCipheriv, createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { signStore } from './signed.ts';
import { MAKE_KNOWN } from './sql.ts';

/** Adds enabled HOTP devices to a store that was just made, all with one secret, each sealed as otpctl seals it. */
export function addSealedDevices(store: string, keyFile: string, devices: number, secret: Uint8Array): void {
  const database = new DatabaseSync(store);
  try {
    const row = database.prepare('SELECT id, data_key, data_key_id FROM store').get() ?? {};
    const storeId = String(row['id']);
    const master = Buffer.from(readFileSync(keyFile, 'utf8'), 'base64');
    const wrapping = Buffer.from(hkdfSync('sha256', master, storeId, 'otpctl:wrap:v1', 32));
    const dataKey = open(wrapping, row['data_key'] as Uint8Array, `otpctl:store:data_key:${storeId}:v1`);
    const insert = database.prepare(
      `INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified, digits, algorithm,
                            counter, secret, key_id)
       VALUES (?, ?, ?, 'HOTP', ?, ?, 'V', 0, 0, 6, 'SHA1', 0, ?, ?)`,
    );
    database.exec('PRAGMA synchronous = OFF; BEGIN IMMEDIATE');
    for (let id = 1; id <= devices; id++) {
      const name = `HOTP${String(id).padStart(8, '0')}`;
      const sealed = seal(dataKey, secret, `otpctl:devices:secret:${id}:HOTP:v1`, id);
      insert.run(id, name, name.toLowerCase(), `user${id}`, `user${id}`, sealed, String(row['data_key_id']));
    }
    database.exec(
      `UPDATE store SET next_device_id = ${devices + 1}, next_number = ${devices + 1}; ${MAKE_KNOWN} COMMIT`,
    );
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  signStore(store, { file: keyFile });
}

/** AES-256-GCM is a counter mode: what closes opens, and otpctl itself looks at the tag. */
function open(key: Uint8Array, sealed: Uint8Array, place: string): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  cipher.setAAD(Buffer.from(place));
  return cipher.update(sealed.subarray(12, -16));
}

function seal(key: Uint8Array, secret: Uint8Array, place: string, count: number): Uint8Array {
  const nonce = createHmac('sha256', 'nonce').update(`${count}`).digest().subarray(0, 12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(place));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
}
