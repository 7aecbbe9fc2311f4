import { OtpctlError } from '../../../domain/errors.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { Vault } from '../../../ports/store/vault.ts';
import type { Random } from '../../../ports/system/random.ts';
import { type StoreKeys, unwrapStoreKeys } from '../../store-keys.ts';
import type { Connection } from '../connection/connection.ts';
import { keyNameOf, readStoreRow, storedKeys } from '../rows/store-row.ts';

interface KeyDeps {
  readonly vault: Vault;
  readonly random: Random;
}

/** How often a key may be moved or rotated while it is looked for, before the error of the last try counts. */
const TRIES = 5;

/**
 * The keys of a store, unwrapped. Between a look at the store and one at the key another process may rotate or move it:
 * then both are looked at again. Errors: `key-missing`, `key-wrong`, `permissions`, `store-damaged`.
 */
export async function openKeys(connection: Connection, { vault, random }: KeyDeps): Promise<StoreKeys> {
  for (let tries = 1; ; tries++) {
    const row = readStoreRow(connection);
    try {
      const master = await vault.read(keyNameOf(row));
      const keys = unwrapStoreKeys(row, master, random.bytes);
      if (!vault.isGiven() && vault.isUnfinished(keyNameOf(row))) finish(connection, vault);
      return keys.areRowsSigned ? keys : await signed(connection, master, random);
    } catch (error) {
      if (!(error instanceof OtpctlError) || tries === TRIES) throw error;
      const { masterKeyId, keyLocation } = readStoreRow(connection);
      if (masterKeyId === row.masterKeyId && keyLocation === row.keyLocation) throw error;
    }
  }
}

/** The keys of a store whose rows are signed now. Where nothing can be written, nothing is decided either. */
async function signed(connection: Connection, master: Secret, random: Random): Promise<StoreKeys> {
  const { signStore } = await import('../signing/sign-store.ts');
  try {
    signStore(connection, master, random);
  } catch (error) {
    if (!(error instanceof OtpctlError) || !['store-read-only', 'disk'].includes(error.code)) throw error;
  }
  return unwrapStoreKeys(storedKeys(connection), master, random.bytes);
}

/** Finishes a rotation that was killed. If that fails nothing is lost: the key is found all the same. */
function finish(connection: Connection, vault: Vault): void {
  try {
    // In a transaction: another rotation could be moving the same files.
    const work = () => vault.finish(keyNameOf(readStoreRow(connection)));
    if (connection.isWriting()) work();
    else connection.immediate(work);
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
  }
}
