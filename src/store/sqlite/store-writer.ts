import type { DeviceReader } from '../../ports/store/device-reader.ts';
import type { StoreWriter } from '../../ports/store/store-writer.ts';
import type { Clock } from '../../ports/system/clock.ts';
import type { StoreKeys } from '../store-keys.ts';
import type { Connection } from './connection/connection.ts';
import { createDeviceWriter } from './devices/device-writer.ts';
import { createSendLog } from './rows/send-log.ts';
import { createSettingsWriter } from './rows/setting-rows.ts';
import { createUsersWriter } from './rows/user-rows.ts';

/** All that one immediate transaction can write. */
export function createStoreWriter(
  connection: Connection,
  reader: DeviceReader,
  keys: StoreKeys,
  clock: Clock,
): StoreWriter {
  return {
    ...createDeviceWriter(connection, reader, keys, clock),
    settings: createSettingsWriter(connection, keys),
    users: createUsersWriter(connection),
    sends: createSendLog(connection),
  };
}
