import type { AuditLog } from '../../ports/audit-log.ts';
import type { BulkPlace } from '../../ports/bulk-place.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeviceStore } from '../../ports/device-store.ts';
import type { Random } from '../../ports/random.ts';
import type { Vault } from '../../ports/vault.ts';
import { type StoreKeys, unwrapStoreKeys } from '../store-keys.ts';
import { createAuditLog } from './audit-log.ts';
import { createBulkStore } from './bulk-store.ts';
import type { Connection } from './connection.ts';
import { challengedDevice, createDeviceReader, explainList } from './device-reader.ts';
import { createDeviceWriter } from './device-writer.ts';
import { readStoreRow } from './store-row.ts';

interface SqliteDeps {
  readonly vault: Vault;
  readonly random: Random;
  readonly clock: Clock;
}

export interface SqliteStore {
  readonly devices: DeviceStore;
  readonly audit: AuditLog;
  /** What changes devices in bulk, made when it is asked for. */
  bulk(): Omit<BulkPlace, 'backend' | 'close'>;
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
  const reader = createDeviceReader(connection);
  return {
    keys,
    bulk: () => createBulkStore(connection, keys, deps.clock),
    audit: createAuditLog(connection, async () => (await keys()).audit),
    devices: {
      ...reader,
      challenged: (user, type, now) => challengedDevice(connection, user, type, now),
      explain: (selection, page) => explainList(connection, selection, page),
      async write(work) {
        const writer = createDeviceWriter(connection, reader, await keys(), deps.clock);
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
