import type { Clock } from '../../ports/clock.ts';
import type { DeviceReader } from '../../ports/device-reader.ts';
import type { StoreWriter } from '../../ports/store-writer.ts';
import type { StoreKeys } from '../store-keys.ts';
import type { Connection } from './connection.ts';
import { createDeviceWriter } from './device-writer.ts';
import { createSendLog } from './send-log.ts';
import { createSettingsWriter } from './setting-rows.ts';
import { createUsersWriter } from './user-rows.ts';

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
