import { statSync } from 'node:fs';
import type { Origin } from '../../domain/audit/origin.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { printable } from '../../domain/text/printable.ts';
import type { StoreAdmin, StoreInfo } from '../../ports/store/store-admin.ts';
import { anchorOf, appendAudit } from './audit/audit-chain.ts';
import { createAuditKeeper } from './audit/audit-keeper.ts';
import { backupStore, inspectBackup } from './backup/backup-store.ts';
import { restoreStore } from './backup/restore-store.ts';
import { checkSettings } from './check/check-settings.ts';
import { checkSchemaAlone, checkStore, RESTORE, readable } from './check/check-store.ts';
import { lookAlikes } from './check/look-alikes.ts';
import { weakSecrets } from './check/weak-secrets.ts';
import type { Connection } from './connection/connection.ts';
import { createStore, type StoreDeps } from './create-store.ts';
import { createDeviceReader } from './devices/device-reader.ts';
import { createKeyAdmin } from './keys/key-admin.ts';
import { openKeys } from './keys/open-keys.ts';
import { openStore, storeExists } from './open-store.ts';
import { readStoreRow } from './rows/store-row.ts';
import { schemaDifferences, schemaOf } from './schema/check-schema.ts';
import { migrateCopied } from './schema/migrate.ts';
import { MIGRATIONS } from './schema/migrations.ts';
import { findForged, signForged } from './signing/find-forged.ts';
import { createSqliteStore } from './sqlite-store.ts';

/** What an administrator does with the store at a path as a whole. Every call opens and closes it. */
export function createSqliteAdmin(
  path: string,
  deps: StoreDeps,
  origin: Origin,
  say: (text: string) => void = () => {},
): StoreAdmin {
  const within = async <T>(
    work: (connection: Connection) => T | Promise<T>,
    schema: 'migrated' | 'checked' | 'unchecked' = 'migrated',
  ): Promise<T> => {
    const connection = openStore(path, { schema, say });
    try {
      return await work(connection);
    } finally {
      connection.close();
    }
  };
  const info = () =>
    within((connection): StoreInfo => {
      const { storeId, created, keyLocation } = readStoreRow(connection);
      return {
        path,
        id: storeId,
        schema: schemaOf(connection),
        newest: MIGRATIONS.length,
        created,
        devices: createDeviceReader(connection).count({}),
        auditEntries: anchorOf(connection).count,
        size: statSync(path).size,
        key: deps.vault.describe(storeId, keyLocation),
        sqlite: String(connection.get('SELECT sqlite_version() AS version')?.['version']),
      };
    }, 'checked');
  return {
    info,
    async init() {
      if (storeExists(path) || (await createStore(path, deps, origin)) === undefined) {
        throw new OtpctlError(
          'duplicate',
          `there is something at ${printable(path)} already`,
          'see it with  otpctl store info',
        );
      }
      return info();
    },
    async check() {
      const found = await unlessDamaged(
        within(async (connection) => {
          const different = differencesOf(connection);
          if (different.length === 0) migrateCopied(connection, MIGRATIONS, say);
          const keys = () => unlessDamaged(createSqliteStore(connection, deps).keys());
          return different.every((each) => each.readable) && schemaOf(connection) === MIGRATIONS.length
            ? [...checkStore(connection, await keys()), ...readable(lookAlikes(connection))]
            : checkSchemaAlone(connection);
        }, 'unchecked'),
      );
      // Too damaged to be opened: that is the finding.
      return found instanceof OtpctlError ? [{ finding: found.message, remedy: RESTORE }] : found;
    },
    checkSettings: () =>
      within(async (connection) => [...checkSettings(connection, await createSqliteStore(connection, deps).keys())]),
    weakSecrets: () => within(weakSecrets, 'checked'),
    key: createKeyAdmin(within, deps, origin),
    audit: createAuditKeeper(within, deps, origin),
    forged: () => within(async (connection) => [...findForged(connection, (await openKeys(connection, deps)).rows)]),
    sign: (forged) =>
      within(async (connection) => {
        const { rows, audit } = await openKeys(connection, deps);
        connection.immediate(() => {
          if (JSON.stringify([...findForged(connection, rows)]) !== JSON.stringify(forged)) {
            throw new OtpctlError(
              'changed-meanwhile',
              'the store changed meanwhile; nothing was signed',
              'run it again',
            );
          }
          signForged(connection, rows, forged);
          const [object, time] = [`store ${readStoreRow(connection).storeId}`, deps.clock.now()];
          for (const { what } of forged) {
            appendAudit(connection, audit, { ...origin, time, action: 'store.sign', object, result: `ok: ${what}` });
          }
        });
      }),
    repair: () =>
      within((connection) => {
        // A schema that is not ours is a finding of the check, and no indexes are rebuilt by it.
        if (differencesOf(connection).length > 0) return;
        migrateCopied(connection, MIGRATIONS, say);
        connection.exec('REINDEX; PRAGMA wal_checkpoint(TRUNCATE)');
      }, 'unchecked'),
    backup: (request) => within((connection) => backupStore(connection, deps, request), 'checked'),
    inspect: async (file) => inspectBackup(file),
    restore: (request) => restoreStore(path, deps, origin, request),
    migrate: () =>
      within(async (connection) => {
        const from = schemaOf(connection);
        migrateCopied(connection, MIGRATIONS, say);
        // Where its key is, the store is signed now rather than by who next needs it.
        await unlessKeyless(openKeys(connection, deps));
        return { from, to: schemaOf(connection) };
      }, 'checked'),
  };
}

async function unlessKeyless(keys: Promise<unknown>): Promise<void> {
  try {
    await keys;
  } catch (error) {
    if (!(error instanceof OtpctlError) || !['key-missing', 'key-wrong', 'permissions'].includes(error.code))
      throw error;
  }
}

function differencesOf(connection: Connection) {
  return schemaDifferences(connection, MIGRATIONS.slice(0, schemaOf(connection)));
}

/** What comes of some work, or the error `store-damaged` that it met, as a value. */
async function unlessDamaged<T>(work: Promise<T>): Promise<T | OtpctlError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof OtpctlError && error.code === 'store-damaged') return error;
    throw error;
  }
}
