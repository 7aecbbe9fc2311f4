import type { Secret } from '../../../domain/secret.ts';
import type { Random } from '../../../ports/system/random.ts';
import type { KeyedHash } from '../../keyed-hash.ts';
import { signedStoreKeys, unwrapStoreKeys } from '../../store-keys.ts';
import type { Connection } from '../connection/connection.ts';
import { keySetRows } from '../connection/key-set.ts';
import { rewrapKeys, storedKeys } from '../rows/store-row.ts';
import { challengeText, DEVICE_TEXT, deviceMac } from './device-signature.ts';
import { signUser } from './signed-users.ts';
import { DIGESTED_TABLES, signTable } from './table-digest.ts';

/**
 * Signs a store of an earlier schema as it is, once, and says so in its sealed keys: from then on a row without a signature
 * is forged. In one transaction: one that is interrupted begins anew. Errors: `key-wrong`, and those of every call.
 */
export function signStore(connection: Connection, master: Secret, { bytes }: Random): void {
  const sign = () => {
    const wrapped = storedKeys(connection);
    const { rows, areRowsSigned } = unwrapStoreKeys(wrapped, master, bytes);
    // Another process may have been first.
    if (areRowsSigned) return;
    signRows(connection, rows);
    rewrapKeys(connection, signedStoreKeys(wrapped, master, bytes));
  };
  if (connection.isWriting()) sign();
  else connection.immediate(sign);
}

/** Signs all rows that are signed, as they are, in the caller's transaction. */
export function signRows(connection: Connection, rows: KeyedHash): void {
  connection.run(
    `UPDATE devices SET entry = coalesce((SELECT max(seq) FROM audit WHERE device_id = CAST(devices.id AS TEXT)), 0)`,
  );
  signDevices(connection, rows, new Set());
  for (const id of userIds(connection)) signUser(connection, rows, id, 'anew');
  for (const table of DIGESTED_TABLES) signTable(connection, rows, table);
}

/** Signs all devices as they are but for some, in the caller's transaction. */
export function signDevices(connection: Connection, rows: KeyedHash, except: ReadonlySet<string>): void {
  const sql = `SELECT id, ${DEVICE_TEXT} AS text, ${challengeText('devices.id')} AS challengeText
    FROM devices WHERE id > ? ORDER BY id LIMIT ?`;
  for (const row of keySetRows(connection, { sql, key: 'id', start: 0 })) {
    if (except.has(String(row['id']))) continue;
    const mac = deviceMac(rows, row['text'] as string, row['challengeText'] as string | null);
    connection.run('UPDATE devices SET mac = ? WHERE id = ?', [mac, row['id'] as number]);
  }
}

function* userIds(connection: Connection): Iterable<number> {
  const sql = 'SELECT id FROM users WHERE id > ? ORDER BY id LIMIT ?';
  for (const { id } of keySetRows(connection, { sql, key: 'id', start: 0 })) yield id as number;
}
