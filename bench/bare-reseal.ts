// What `store key rotate` is measured against: AES-256-GCM alone over the secrets of a store, each opened with the key
// it has and sealed with another. Nothing is written.
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const [path = '', keyFile = ''] = process.argv.slice(2);
const database = new DatabaseSync(path);
const row = database.prepare('SELECT id, data_key FROM store').get() ?? {};
const master = Buffer.from(readFileSync(keyFile, 'utf8'), 'base64');
const wrapping = hkdfSync('sha256', master, String(row['id']), 'otpctl:wrap:v1', 32);
const old = createSecretKey(
  open(createSecretKey(Buffer.from(wrapping)), row['data_key'] as Uint8Array, `otpctl:store:data_key:${row['id']}:v1`),
);
const next = createSecretKey(randomBytes(32));

let count = 0;
database.exec('BEGIN');
const page = database.prepare(
  'SELECT id, type, secret FROM devices WHERE id > ? AND secret IS NOT NULL ORDER BY id LIMIT 500',
);
for (let after = 0, more = true; more; ) {
  const rows = page.all(after);
  for (const { id, type, secret } of rows) {
    const place = `otpctl:devices:secret:${id}:${type}:v1`;
    seal(next, open(old, secret as Uint8Array, place), place);
    after = Number(id);
  }
  count += rows.length;
  more = rows.length > 0;
}
database.exec('COMMIT');
database.close();
process.stdout.write(`${count}\n`);

function open(key: KeyObject, sealed: Uint8Array, place: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
}

function seal(key: KeyObject, secret: Uint8Array, place: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(place));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
}
