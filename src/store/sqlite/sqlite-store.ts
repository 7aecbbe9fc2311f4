import { settingRow } from '../../domain/masked-setting.ts';
import { SETTING_KEYS } from '../../domain/setting-rules.ts';
import type { ApiKeys } from '../../ports/api-keys.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeviceStore } from '../../ports/device-store.ts';
import type { Random } from '../../ports/random.ts';
import type { StoreWriter } from '../../ports/store-writer.ts';
import type { Vault } from '../../ports/vault.ts';
import { type StoreKeys, unwrapStoreKeys } from '../store-keys.ts';
import { createApiKeys } from './api-keys.ts';
import { createAuditLog } from './audit-log.ts';
import { type BulkStore, createBulkStore } from './bulk-store.ts';
import type { Connection } from './connection.ts';
import { challengedDevice, createDeviceReader, explainList } from './device-reader.ts';
import { createDeviceWriter } from './device-writer.ts';
import { createSendLog } from './send-log.ts';
import { createSettingsWriter, readSettings } from './setting-rows.ts';
import { readStoreRow } from './store-row.ts';
import { createUsersWriter, listUsers } from './user-rows.ts';

interface SqliteDeps {
  readonly vault: Vault;
  readonly random: Random;
  readonly clock: Clock;
}

export interface SqliteStore {
  readonly devices: DeviceStore;
  readonly audit: AuditLog;
  readonly apiKeys: ApiKeys;
  /** What changes devices in bulk, made when it is asked for. */
  bulk(): BulkStore;
  /** The unwrapped keys, read once and only when something is sealed, unsealed or written. */
  keys(): Promise<StoreKeys>;
}

/** The ports over an open store. */
export function createSqliteStore(connection: Connection, deps: SqliteDeps): SqliteStore {
  let unwrapped: Promise<StoreKeys> | undefined;
  const keys = () => {
    unwrapped ??= unwrap(connection, deps);
    return unwrapped;
  };
  const auditKey = async () => (await keys()).audit;
  const reader = createDeviceReader(connection);
  return {
    keys,
    audit: createAuditLog(connection, auditKey),
    apiKeys: createApiKeys(connection, { ...deps, auditKey }),
    bulk: () => createBulkStore(connection, keys, deps.clock),
    devices: {
      ...reader,
      challenged: (user, type, now) => challengedDevice(connection, user, type, now),
      settingRows() {
        const values = readSettings(connection);
        return SETTING_KEYS.map((key) => settingRow(key, values.get(key)));
      },
      users: () => listUsers(connection),
      explain: (selection, page) => explainList(connection, selection, page),
      async write(work) {
        const unwrapped = await keys();
        const writer: StoreWriter = {
          ...createDeviceWriter(connection, reader, unwrapped, deps.clock),
          settings: createSettingsWriter(connection, unwrapped),
          users: createUsersWriter(connection),
          sends: createSendLog(connection),
        };
        return connection.immediate(() => work(writer));
      },
      close: () => connection.close(),
    },
  };
}

async function unwrap(connection: Connection, { vault, random }: SqliteDeps): Promise<StoreKeys> {
  const row = readStoreRow(connection);
  return unwrapStoreKeys(row, await vault.read(row.storeId, row.keyPlace), random.bytes);
}
