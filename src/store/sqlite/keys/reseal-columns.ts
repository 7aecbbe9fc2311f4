import { OtpctlError } from '../../../domain/errors.ts';
import type { KeyedHash } from '../../keyed-hash.ts';
import type { StoreKeys } from '../../store-keys.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { openSecret, sealSecret } from '../devices/device-seal.ts';
import { settingCell } from '../rows/setting-rows.ts';
import { challengeText, DEVICE_TEXT, deviceMac, headWith, partsOf, sealedOf } from '../signing/device-signature.ts';
import { isMac } from '../signing/signed-rows.ts';
import { forgedRows, isTableWhole, signRow } from '../signing/table-digest.ts';
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
  const page = `SELECT ${DEVICE_TEXT} AS text, ${challengeText('devices.id')} AS challengeText, id, version, entry, mac, type,
    secret, key_id FROM devices WHERE id > ? AND secret IS NOT NULL ORDER BY id LIMIT ${PAGE}`;
  const update = 'UPDATE devices SET version = version + 1, secret = ?, key_id = ?, mac = ? WHERE id = ?';
  let sealed = 0;
  for (let after = 0; ; ) {
    const rows = connection.all(page, [after]);
    for (const row of rows) {
      const id = row['id'] as number;
      const type = String(row['type']);
      const secret = openSecret(old, { id, type, secret: row['secret'], keyId: row['key_id'] });
      if (secret === undefined) throw closed(`the secret of device ${id}`);
      const bytes = sealSecret(next, id, type, secret);
      connection.run(update, [bytes, next.dataKeyId, resigned(old.rows, row, sealedOf(bytes, next.dataKeyId)), id]);
      after = id;
    }
    sealed += rows.length;
    if (rows.length < PAGE) return sealed;
  }
}

/** The HMAC of a device whose secret is sealed anew. Of one that is forged it is no right one afterwards, either. */
function resigned(rows: KeyedHash, row: Row, sealed: string): Uint8Array {
  const [text, challenge] = [row['text'] as string, row['challengeText'] as string | null];
  if (!isMac(row['mac'], deviceMac(rows, text, challenge))) return new Uint8Array();
  const { head, tail } = partsOf(text);
  const next = headWith(head, Number(row['version']) + 1, Number(row['entry']));
  return deviceMac(rows, `${next}${sealed}${tail}`, challenge);
}

function resealSettings(connection: Connection, old: StoreKeys, next: StoreKeys): number {
  const isWhole = isTableWhole(connection, old.rows, 'settings');
  const forged = forgedRows(connection, old.rows, 'settings');
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
    if (isWhole && !forged.includes(key)) signRow(connection, next.rows, 'settings', key);
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
