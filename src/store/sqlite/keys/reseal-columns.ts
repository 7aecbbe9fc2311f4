import { OtpctlError } from '../../../domain/errors.ts';
import type { StoreKeys } from '../../store-keys.ts';
import type { Connection } from '../connection/connection.ts';
import { openSecret, sealSecret } from '../devices/device-seal.ts';
import { settingCell } from '../rows/setting-rows.ts';
import { keepCodeKeys } from './code-keys.ts';

/** Rows that are read at once. */
const PAGE = 500;

/**
 * Opens every sealed value with one key and seals it with another, inside the caller's transaction; how many there
 * were. Errors: `store-damaged` for one that does not open, which another key would hide for good.
 */
export function resealColumns(connection: Connection, old: StoreKeys, next: StoreKeys): number {
  keepCodeKeys(connection, old, next);
  return resealSecrets(connection, old, next) + resealSettings(connection, old, next);
}

function resealSecrets(connection: Connection, old: StoreKeys, next: StoreKeys): number {
  const page = `SELECT id, type, secret, key_id FROM devices WHERE id > ? AND secret IS NOT NULL ORDER BY id LIMIT ${PAGE}`;
  const update = 'UPDATE devices SET version = version + 1, secret = ?, key_id = ? WHERE id = ?';
  let sealed = 0;
  for (let after = 0; ; ) {
    const rows = connection.all(page, [after]);
    for (const row of rows) {
      const id = row['id'] as number;
      const type = String(row['type']);
      const secret = openSecret(old, { id, type, secret: row['secret'], keyId: row['key_id'] });
      if (secret === undefined) throw closed(`the secret of device ${id}`);
      connection.run(update, [sealSecret(next, id, type, secret), next.dataKeyId, id]);
      after = id;
    }
    sealed += rows.length;
    if (rows.length < PAGE) return sealed;
  }
}

function resealSettings(connection: Connection, old: StoreKeys, next: StoreKeys): number {
  const rows = connection.all('SELECT key, sealed, key_id FROM settings WHERE sealed IS NOT NULL');
  for (const row of rows) {
    const key = String(row['key']);
    const { sealed, key_id } = row;
    const cell = settingCell(key);
    const secret =
      sealed instanceof Uint8Array && key_id === old.dataKeyId ? old.columns.unseal(sealed, cell) : undefined;
    if (secret === undefined) throw closed(`the setting ${key}`);
    connection.run('UPDATE settings SET sealed = ?, key_id = ? WHERE key = ?', [
      next.columns.seal(secret, cell),
      next.dataKeyId,
      key,
    ]);
  }
  return rows.length;
}

function closed(what: string): OtpctlError {
  return new OtpctlError(
    'store-damaged',
    `${what} does not open, so nothing was sealed anew`,
    'see what is with  otpctl store check',
  );
}
