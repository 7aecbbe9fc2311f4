import type { Secret } from '../../../domain/secret.ts';
import type { StoreKeys } from '../../store-keys.ts';

/** A secret as its row has it. */
export interface SealedRow {
  readonly id: string | number;
  readonly type: string;
  readonly secret: unknown;
  readonly keyId: unknown;
}

/** Seals the secret of a device to its id and its type: as the key of another type it opens no more than elsewhere. */
export function sealSecret(keys: StoreKeys, id: string | number, type: string, secret: Secret): Uint8Array {
  return keys.columns.seal(secret, placeOf(`${id}:${type}`));
}

/**
 * Opens the secret of a device; undefined when it was not sealed for it. Stores from before types were bound have
 * secrets that are sealed to the id alone: those open as well, until a rotation of the keys seals them anew.
 */
export function openSecret(keys: StoreKeys, { id, type, secret, keyId }: SealedRow): Secret | undefined {
  if (!(secret instanceof Uint8Array) || keyId !== keys.dataKeyId) return undefined;
  return keys.columns.unseal(secret, placeOf(`${id}:${type}`)) ?? keys.columns.unseal(secret, placeOf(String(id)));
}

function placeOf(row: string) {
  return { table: 'devices', column: 'secret', row };
}
