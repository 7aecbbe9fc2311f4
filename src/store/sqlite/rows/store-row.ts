import { OtpctlError } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { KeyLocation, KeyName } from '../../../ports/store/vault.ts';
import type { WrappedKeys } from '../../store-keys.ts';
import type { Connection, Row } from '../connection/connection.ts';

/** The wrapped keys in the row of a store, and where its master key is, as it says. */
export interface StoredKeys extends WrappedKeys {
  readonly keyLocation: KeyLocation;
}

/** The columns that they are in, in every schema. */
const KEY_COLUMNS = 'id, key_place, master_key_id, data_key_id, data_key, audit_key';

/** The keys of a store of any schema. Errors: `store-damaged`. */
export function storedKeys(connection: Connection): StoredKeys {
  return storedKeysIn(connection.get(`SELECT ${KEY_COLUMNS} FROM store`), connection);
}

/** The keys in the row of a store. Errors: `store-damaged`. */
function storedKeysIn(row: Row | undefined, { path }: Connection): StoredKeys {
  const damaged = (what: string) =>
    new OtpctlError('store-damaged', `the store ${path} ${what}`, 'restore it from a backup');
  if (row === undefined) throw damaged('has lost its keys');
  const storeId = String(row['id']);
  // It names the key file: an id with a path in it would name another one.
  if (!/^[0-9a-f]{16}$/.test(storeId)) throw damaged('has no proper id');
  return {
    storeId,
    keyLocation: row['key_place'] as KeyLocation,
    masterKeyId: row['master_key_id'] as string,
    dataKeyId: row['data_key_id'] as string,
    dataKey: row['data_key'] as Uint8Array,
    auditKey: row['audit_key'] as Uint8Array,
  };
}

/** What a store says about itself. */
export interface StoreRow extends StoredKeys {
  readonly created: Instant;
  /** Since when it has this master key. */
  readonly keySince: Instant;
  /** The master key before this one, which may still be where it was. */
  readonly formerKeyId?: string;
}

export function readStoreRow(connection: Connection): StoreRow {
  const row = connection.get(`SELECT ${KEY_COLUMNS}, created, key_since, former_key_id FROM store`);
  const keys = storedKeysIn(row, connection);
  const created = row?.['created'] as number;
  const former = row?.['former_key_id'] as string | null;
  return {
    ...keys,
    created,
    keySince: (row?.['key_since'] as number | null) ?? created,
    ...(former !== null && { formerKeyId: former }),
  };
}

export function writeStoreRow(connection: Connection, row: Omit<StoreRow, 'keySince'>): void {
  connection.run(
    `INSERT INTO store (only, id, created, key_place, master_key_id, data_key_id, data_key, audit_key,
                        next_device_id, next_number)
     VALUES (1, ?, ?, ?, ?, ?, ?, ?, 1, 1)`,
    [row.storeId, row.created, row.keyLocation, row.masterKeyId, row.dataKeyId, row.dataKey, row.auditKey],
  );
}

/** The key that the store needs, by its name. */
export function keyNameOf({ storeId, keyLocation, masterKeyId }: StoreRow): KeyName {
  return { storeId, location: keyLocation, keyId: masterKeyId };
}

/** Puts other keys in the place of those there were. */
export function replaceKeys(
  connection: Connection,
  next: WrappedKeys,
  location: KeyLocation,
  former: string | undefined,
  now: Instant,
): void {
  connection.run(
    `UPDATE store SET key_place = ?, key_since = ?, former_key_id = ?, master_key_id = ?, data_key_id = ?,
                      data_key = ?, audit_key = ?`,
    [location, now, former ?? null, next.masterKeyId, next.dataKeyId, next.dataKey, next.auditKey],
  );
}

/** Puts the same keys, wrapped otherwise, in the place of those there were. */
export function rewrapKeys(connection: Connection, { dataKey, auditKey }: WrappedKeys): void {
  connection.run('UPDATE store SET data_key = ?, audit_key = ?', [dataKey, auditKey]);
}

/** Writes down that the master key is in another place. */
export function moveKey(connection: Connection, location: KeyLocation): void {
  connection.run('UPDATE store SET key_place = ?', [location]);
}
