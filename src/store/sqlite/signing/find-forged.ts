import type { Forged } from '../../../ports/store/store-admin.ts';
import type { KeyedHash } from '../../keyed-hash.ts';
import type { Connection } from '../connection/connection.ts';
import { keySetRows } from '../connection/key-set.ts';
import { SIGNED_DEVICE, signDevice, signedDevice } from './signed-devices.ts';
import { isSignedUser, SIGNED_USER, type SignedUser, signUser } from './signed-users.ts';
import { DIGESTED, DIGESTED_TABLES, forgedRows, isTableWhole, signTable } from './table-digest.ts';

/** What somebody wrote, removed or put back who has not the keys of the store. */
export function* findForged(connection: Connection, rows: KeyedHash): Iterable<Forged> {
  for (const id of forgedDevices(connection, rows)) yield { what: `device ${id}`, kind: 'device', id };
  for (const row of signedUsers(connection)) {
    if (isSignedUser(connection, rows, row as unknown as SignedUser)) continue;
    yield { what: `user ${row['name']}`, kind: 'user', id: String(row['id']) };
  }
  for (const kind of DIGESTED_TABLES) {
    const { row, all } = DIGESTED[kind];
    if (!isTableWhole(connection, rows, kind)) yield { what: `which of ${all} there are`, kind, id: '' };
    for (const id of forgedRows(connection, rows, kind)) yield { what: `${row} ${id}`, kind, id };
  }
}

/** The ids of devices that somebody else wrote, or put back. */
export function* forgedDevices(connection: Connection, rows: KeyedHash): Iterable<string> {
  const sql = `SELECT ${SIGNED_DEVICE} FROM devices WHERE devices.id > ? ORDER BY devices.id LIMIT ?`;
  for (const row of keySetRows(connection, { sql, key: 'id', start: 0 })) {
    if (signedDevice(connection, rows, row) === undefined) yield String(row['id']);
  }
}

function signedUsers(connection: Connection) {
  const sql = `SELECT ${SIGNED_USER}, name FROM users WHERE id > ? ORDER BY id LIMIT ?`;
  return keySetRows(connection, { sql, key: 'id', start: 0 });
}

/** Signs what was found forged as it is now, in the caller's transaction. */
export function signForged(connection: Connection, rows: KeyedHash, forged: readonly Forged[]): void {
  for (const { kind, id } of forged) {
    if (kind === 'device') {
      connection.run(
        `UPDATE devices SET version = version + 1, entry = coalesce((SELECT max(seq) FROM audit WHERE device_id = ?1), 0)
         WHERE id = ?2`,
        [id, Number(id)],
      );
      signDevice(connection, rows, id);
    } else if (kind === 'user') {
      signUser(connection, rows, id, 'anew');
    } else signTable(connection, rows, kind);
  }
}
