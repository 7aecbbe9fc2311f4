import { OtpctlError } from '../../../domain/errors.ts';
import type { KeyPlace } from '../../../ports/store/vault.ts';
import type { WrappedKeys } from '../../store-keys.ts';
import type { Connection, Row } from '../connection/connection.ts';

/** The keys that a store keeps, and where it says that its master key is. */
export interface KeptKeys extends WrappedKeys {
  readonly keyPlace: KeyPlace;
}

/** The columns that they are in, in every schema. */
export const KEPT_COLUMNS = 'id, key_place, master_key_id, data_key_id, data_key, audit_key';

/** The keys of a store of any schema. Errors: `store-damaged`. */
export function keptKeys(connection: Connection): KeptKeys {
  return keptIn(connection.get(`SELECT ${KEPT_COLUMNS} FROM store`), connection);
}

/** The keys in the row of a store. Errors: `store-damaged`. */
export function keptIn(row: Row | undefined, { path }: Connection): KeptKeys {
  const damaged = (what: string) =>
    new OtpctlError('store-damaged', `the store ${path} ${what}`, 'restore it from a backup');
  if (row === undefined) throw damaged('has lost its keys');
  const storeId = String(row['id']);
  // It names the key file: an id with a path in it would name another one.
  if (!/^[0-9a-f]{16}$/.test(storeId)) throw damaged('has no proper id');
  return {
    storeId,
    keyPlace: row['key_place'] as KeyPlace,
    masterKeyId: row['master_key_id'] as string,
    dataKeyId: row['data_key_id'] as string,
    dataKey: row['data_key'] as Uint8Array,
    auditKey: row['audit_key'] as Uint8Array,
  };
}
