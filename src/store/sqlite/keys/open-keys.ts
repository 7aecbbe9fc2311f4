import { OtpctlError } from '../../../domain/errors.ts';
import type { Vault } from '../../../ports/store/vault.ts';
import type { Random } from '../../../ports/system/random.ts';
import { type StoreKeys, unwrapStoreKeys } from '../../store-keys.ts';
import type { Connection } from '../connection/connection.ts';
import { keyNameOf, readStoreRow } from '../rows/store-row.ts';

interface KeyDeps {
  readonly vault: Vault;
  readonly random: Random;
}

/** How often the key may move on between two looks before that is taken for something else. */
const LOOKS = 5;

/**
 * The keys of a store, unwrapped. Between a look at the store and one at the key another process may rotate or move it:
 * then both are looked at again. Errors: `key-missing`, `key-wrong`, `permissions`, `store-damaged`.
 */
export async function openKeys(connection: Connection, { vault, random }: KeyDeps): Promise<StoreKeys> {
  for (let looks = 1; ; looks++) {
    const row = readStoreRow(connection);
    try {
      const keys = unwrapStoreKeys(row, await vault.read(keyNameOf(row)), random.bytes);
      if (!vault.isGiven() && vault.isUnfinished(keyNameOf(row))) finish(connection, vault);
      return keys;
    } catch (error) {
      if (!(error instanceof OtpctlError) || looks === LOOKS) throw error;
      const { masterKeyId, keyPlace } = readStoreRow(connection);
      if (masterKeyId === row.masterKeyId && keyPlace === row.keyPlace) throw error;
    }
  }
}

/** Finishes what a rotation was killed over, where that can be done: the key is found without it, too. */
function finish(connection: Connection, vault: Vault): void {
  try {
    // Alone in the store: another rotation could be at the same files.
    const work = () => vault.finish(keyNameOf(readStoreRow(connection)));
    if (connection.isWriting()) work();
    else connection.immediate(work);
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
  }
}
