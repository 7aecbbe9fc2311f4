import type { Instant } from '../../../domain/instant.ts';
import type { KeyName, KeyPlace } from '../../../ports/store/vault.ts';
import type { WrappedKeys } from '../../store-keys.ts';
import type { Connection } from '../connection/connection.ts';
import { KEPT_COLUMNS, type KeptKeys, keptIn } from '../keys/kept-keys.ts';

/** What a store says about itself. */
export interface StoreRow extends KeptKeys {
  readonly created: Instant;
  /** Since when it has this master key. */
  readonly keySince: Instant;
  /** The master key before it, which may still lie about. */
  readonly formerKeyId?: string;
}

export function readStoreRow(connection: Connection): StoreRow {
  const row = connection.get(`SELECT ${KEPT_COLUMNS}, created, key_since, former_key_id FROM store`);
  const kept = keptIn(row, connection);
  const created = row?.['created'] as number;
  const former = row?.['former_key_id'] as string | null;
  return {
    ...kept,
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
    [row.storeId, row.created, row.keyPlace, row.masterKeyId, row.dataKeyId, row.dataKey, row.auditKey],
  );
}

/** The key that the store needs, by its name. */
export function keyNameOf({ storeId, keyPlace, masterKeyId }: StoreRow): KeyName {
  return { storeId, place: keyPlace, keyId: masterKeyId };
}

/** Puts other keys in the place of those there were. */
export function replaceKeys(
  connection: Connection,
  next: WrappedKeys,
  place: KeyPlace,
  former: string | undefined,
  now: Instant,
): void {
  connection.run(
    `UPDATE store SET key_place = ?, key_since = ?, former_key_id = ?, master_key_id = ?, data_key_id = ?,
                      data_key = ?, audit_key = ?`,
    [place, now, former ?? null, next.masterKeyId, next.dataKeyId, next.dataKey, next.auditKey],
  );
}

/** Says that the key is elsewhere. */
export function moveKey(connection: Connection, place: KeyPlace): void {
  connection.run('UPDATE store SET key_place = ?', [place]);
}
