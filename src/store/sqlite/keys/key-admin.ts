import type { AuditResult } from '../../../domain/audit/audit.ts';
import type { AuditAction } from '../../../domain/audit/audit-actions.ts';
import type { Origin } from '../../../domain/audit/origin.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { keyId } from '../../../domain/secret.ts';
import type { KeyAdmin, KeyInfo } from '../../../ports/store/store-admin.ts';
import type { KeyName, Vault } from '../../../ports/store/vault.ts';
import { rotatedStoreKeys, type StoreKeys, unwrapStoreKeys } from '../../store-keys.ts';
import { appendAudit } from '../audit/audit-chain.ts';
import type { Connection, WithConnection } from '../connection/connection.ts';
import type { StoreDeps } from '../create-store.ts';
import { keyNameOf, moveKey, readStoreRow, replaceKeys } from '../rows/store-row.ts';
import { openKeys } from './open-keys.ts';
import { resealColumns } from './reseal-columns.ts';

/**
 * Shows, moves and rotates the keys of a store. A key is put in its new place before the store names that place, and taken
 * from the old one afterwards, both while nobody else can write: at every moment the key that the store names is there.
 */
export function createKeyAdmin(within: WithConnection, deps: StoreDeps, origin: Origin): KeyAdmin {
  const { vault, clock, random } = deps;
  return {
    show: () => within((connection) => infoOf(connection, vault)),

    move: (to) =>
      within(async (connection) => {
        if (vault.isGiven() || readStoreRow(connection).keyLocation === 'environment') throw unmovable();
        const former = await exclusively(connection, async () => {
          const keys = await openKeys(connection, deps);
          const row = readStoreRow(connection);
          const [from, name] = [keyNameOf(row), { ...keyNameOf(row), location: to }];
          if (from.location === to) return undefined;
          await vault.keep(name, await vault.read(from));
          moveKey(connection, to);
          const result = `ok: key ${row.masterKeyId} from ${from.location} to ${to}` as const;
          record(connection, keys, 'store.key.move', row.storeId, result);
          return from;
        });
        await settle(connection, former);
        return infoOf(connection, vault);
      }),

    rotate: (newKeyFile) =>
      within(async (connection) => {
        if (vault.isGiven() && newKeyFile === undefined) throw unnamed();
        const next = vault.successor(newKeyFile);
        connection.exec('PRAGMA secure_delete = ON; PRAGMA cache_size = -24000; PRAGMA wal_autocheckpoint = 8000');
        let kept: KeyName | undefined;
        const { former, ...rotation } = await exclusively(connection, async () => {
          const row = readStoreRow(connection);
          const from = keyNameOf(row);
          const master = await vault.read(from);
          const keys = unwrapStoreKeys(row, master, random.bytes);
          if (keyId(next) === row.masterKeyId) throw sameKey(row.masterKeyId);
          // A rotation that was killed may have left a key in the place beside it, which is needed now.
          if (!vault.isGiven()) await vault.settle(from, formerOf(from, row.formerKeyId));
          const wrapped = rotatedStoreKeys(row, master, next, random.bytes);
          const location = vault.isGiven() ? 'environment' : row.keyLocation;
          kept = { ...from, location, keyId: wrapped.masterKeyId };
          await vault.keep(kept, next);
          const sealed = resealColumns(connection, keys, unwrapStoreKeys(wrapped, next, random.bytes));
          replaceKeys(connection, wrapped, location, row.masterKeyId, clock.now());
          const result = `ok: key ${row.masterKeyId} to ${wrapped.masterKeyId}, ${sealed} values sealed anew` as const;
          record(connection, keys, 'store.key.rotate', row.storeId, result);
          const where = location === 'environment' ? (newKeyFile ?? '') : vault.describe(row.storeId, location);
          return { former: from, from: row.masterKeyId, to: wrapped.masterKeyId, sealed, where };
        }).catch(async (error: unknown) => {
          // Takes away the key that is not needed after all, unless the store cannot be asked which one it needs.
          if (kept !== undefined) await settle(connection, kept).catch(() => {});
          throw error;
        });
        await settle(connection, former);
        emptyLog(connection);
        return rotation;
      }),
  };

  function record(
    connection: Connection,
    keys: StoreKeys,
    action: AuditAction,
    storeId: string,
    result: AuditResult,
  ): void {
    const event = { ...origin, time: clock.now(), action, object: `store ${storeId}`, result };
    appendAudit(connection, keys.audit, event);
  }

  /** Takes away what is not needed any more. The store is asked again: another process may have moved on. */
  async function settle(connection: Connection, former: KeyName | undefined): Promise<void> {
    if (vault.isGiven()) return;
    await exclusively(connection, async () => {
      const name = keyNameOf(readStoreRow(connection));
      await vault.settle(name, former?.keyId === name.keyId && former.location === name.location ? undefined : former);
    });
  }
}

/** Runs `work` in a transaction in which nobody else can write, also while it waits for something. */
async function exclusively<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  connection.run('BEGIN IMMEDIATE');
  try {
    connection.checkSchema();
    const result = await work();
    connection.run('COMMIT');
    return result;
  } catch (error) {
    // A commit that failed may have ended the transaction itself.
    if (connection.isWriting()) connection.exec('ROLLBACK');
    throw error;
  }
}

/** Empties the write-ahead log, unless somebody reads from it: its pages of before hold what the old key opens. */
export function emptyLog(connection: Connection): void {
  try {
    connection.get('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
  }
}

function formerOf(name: KeyName, id: string | undefined): KeyName | undefined {
  return id === undefined ? undefined : { ...name, keyId: id };
}

function infoOf(connection: Connection, vault: Vault): KeyInfo {
  const row = readStoreRow(connection);
  const location = vault.isGiven() ? 'environment' : row.keyLocation;
  const { storeId: store, masterKeyId, keySince: since } = row;
  return { store, location, where: vault.describe(store, location), keyId: masterKeyId, since };
}

function unmovable(): OtpctlError {
  return new OtpctlError(
    'usage',
    'the master key comes from the environment, and cannot be moved',
    'unset OTPCTL_MASTER_KEY_FILE and OTPCTL_MASTER_KEY where the store has a key file or a keyring',
  );
}

function unnamed(): OtpctlError {
  return new OtpctlError(
    'usage',
    'the master key comes from the environment, which otpctl cannot change',
    'make the next key with  head -c 32 /dev/urandom | base64,  and name its file with  --new-key-file FILE',
  );
}

function sameKey(id: string): OtpctlError {
  return new OtpctlError('usage', `the new key is the key ${id} that the store has`, 'name the file of another one');
}
