import type { DeviceReader } from '../../ports/store/device-reader.ts';
import type { StoreWriter } from '../../ports/store/store-writer.ts';
import type { Connection } from './connection/connection.ts';
import type { Transaction } from './decisions/transactions.ts';
import { createDeviceWriter } from './devices/device-writer.ts';
import { createSettingsWriter } from './rows/setting-rows.ts';
import { createUsersWriter } from './rows/user-rows.ts';

/** All that one transaction can write, besides decisions. */
export function createStoreWriter(
  connection: Connection,
  reader: DeviceReader,
  { keys, append }: Transaction,
): StoreWriter {
  return {
    ...createDeviceWriter(connection, reader, keys),
    settings: createSettingsWriter(connection, keys),
    users: createUsersWriter(connection),
    append,
  };
}
