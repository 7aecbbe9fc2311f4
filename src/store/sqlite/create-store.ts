import { closeSync, existsSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Origin } from '../../domain/audit/origin.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { hex } from '../../domain/text/hex.ts';
import { printable } from '../../domain/text/printable.ts';
import { errnoOf, writeFailure } from '../../files/errno.ts';
import { makeFolder, syncFolder } from '../../files/folders.ts';
import type { Vault } from '../../ports/store/vault.ts';
import type { Clock } from '../../ports/system/clock.ts';
import type { Random } from '../../ports/system/random.ts';
import { newStoreKeys, unwrapStoreKeys } from '../store-keys.ts';
import { appendAudit, startAudit } from './audit/audit-chain.ts';
import { openConnection } from './connection/connection.ts';
import { writeStoreRow } from './rows/store-row.ts';
import { migrate } from './schema/migrate.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema/migrations.ts';
import { DIGESTED_TABLES, signTable } from './signing/table-digest.ts';

export interface StoreDeps {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Makes a store, complete under another name before it gets its own: a process that is killed leaves no half of one, and
 * of two at once one makes it. Answers where the key of the new store is; undefined where another process made the store.
 */
export async function createStore(
  path: string,
  { vault, clock, random }: StoreDeps,
  origin: Origin,
): Promise<string | undefined> {
  const folder = dirname(path);
  const storeId = hex(random.bytes(8));
  const draft = `${path}.${storeId}.new`;
  try {
    makeFolder(folder);
    closeSync(openSync(draft, 'wx', 0o600));
  } catch (error) {
    throw unmakeable(path, error);
  }
  let made = false;
  try {
    const { key, location } = await vault.create(storeId);
    const wrapped = newStoreKeys(storeId, key, random.bytes);
    const keys = unwrapStoreKeys(wrapped, key, random.bytes);
    const connection = openConnection(draft);
    try {
      connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      migrate(connection, MIGRATIONS);
      connection.immediate(() => {
        const created = clock.now();
        writeStoreRow(connection, { ...wrapped, created, keyLocation: location });
        startAudit(connection, keys.audit);
        for (const table of DIGESTED_TABLES) signTable(connection, keys.rows, table);
        const event = {
          ...origin,
          time: created,
          action: 'store.init' as const,
          object: `store ${storeId}`,
          result: 'ok' as const,
        };
        appendAudit(connection, keys.audit, event);
      });
      connection.exec('PRAGMA journal_mode = WAL');
    } finally {
      connection.close();
    }
    made = publish(draft, path);
    syncFolder(folder);
    return made ? vault.describe(storeId, location) : undefined;
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${suffix}`, { force: true });
    if (!made) await vault.discard(storeId);
  }
}

/** Gives the draft its name, unless something has that name already. */
function publish(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' || existsSync(path)) return false;
    throw unmakeable(path, error);
  }
  return true;
}

function unmakeable(path: string, error: unknown): OtpctlError {
  const kind = writeFailure(error, 'store-unusable' as const);
  const hint = kind === 'disk' ? 'make room and try again' : 'name another place with  --store PATH';
  return new OtpctlError(kind, `no store can be made at ${printable(path)}: ${errnoOf(error)}`, hint, { cause: error });
}
