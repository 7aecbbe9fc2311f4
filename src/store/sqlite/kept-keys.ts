import { OtpctlError } from '../../domain/errors.ts';
import type { KeyPlace } from '../../ports/vault.ts';
import type { WrappedKeys } from '../store-keys.ts';
import type { Connection } from './connection.ts';

/** The keys of a store of any schema, and where it says that its master key is. Errors: `store-damaged`. */
export function keptKeys(connection: Connection): WrappedKeys & { readonly keyPlace: KeyPlace } {
  const row = connection.get('SELECT id, key_place, master_key_id, data_key_id, data_key, audit_key FROM store');
  const storeId = String(row?.['id']);
  if (row === undefined || !/^[0-9a-f]{16}$/.test(storeId)) {
    throw new OtpctlError(
      'store-damaged',
      `the store ${connection.path} has lost its keys`,
      'restore it from a backup',
    );
  }
  return {
    storeId,
    keyPlace: row['key_place'] as KeyPlace,
    masterKeyId: row['master_key_id'] as string,
    dataKeyId: row['data_key_id'] as string,
    dataKey: row['data_key'] as Uint8Array,
    auditKey: row['audit_key'] as Uint8Array,
  };
}
