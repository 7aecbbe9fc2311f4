import type { DeviceReader } from '../../ports/store/device-reader.ts';
import type { StoreWriter } from '../../ports/store/store-writer.ts';
import type { Connection } from './connection/connection.ts';
import type { Transaction } from './decisions/transactions.ts';
import { createDeviceWriter } from './devices/device-writer.ts';
import { createSettingsWriter } from './rows/setting-rows.ts';
import { createUsersWriter } from './rows/user-rows.ts';
import { enterDevice } from './signing/signed-devices.ts';
import { enterUser } from './signing/signed-users.ts';

/** All that one transaction can write, besides decisions. */
export function createStoreWriter(
  connection: Connection,
  reader: DeviceReader,
  { keys, append }: Transaction,
): StoreWriter {
  return {
    ...createDeviceWriter(connection, reader, keys),
    settings: createSettingsWriter(connection, keys),
    users: createUsersWriter(connection, keys.rows),
    append(event) {
      const entry = append(event);
      if (event.deviceId !== undefined) enterDevice(connection, keys.rows, event.deviceId, entry);
      else if (event.userId !== undefined) enterUser(connection, keys.rows, event.userId, entry);
    },
  };
}
