import { fold } from '../../domain/user.ts';
import type { DeviceReader } from '../../ports/store/device-reader.ts';
import type { SendLog, StoreWriter } from '../../ports/store/store-writer.ts';
import type { Clock } from '../../ports/system/clock.ts';
import type { StoreKeys } from '../store-keys.ts';
import type { Connection } from './connection/connection.ts';
import { createDeviceWriter } from './devices/device-writer.ts';
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

/** Messages that are older than this are forgotten: nobody counts further back than an hour. */
const KEPT_SECONDS = 3600;

function createSendLog(connection: Connection): SendLog {
  return {
    count(user, after) {
      const row = connection.get('SELECT count(*) AS n FROM sends WHERE user_fold = ? AND time > ?', [
        fold(user),
        after,
      ]);
      return Number(row?.['n']);
    },
    add(challengeId, user, time) {
      // Also those with a time to come, written when the clock was wrong: they would count until then.
      connection.run('DELETE FROM sends WHERE time <= ? OR time > ?', [time - KEPT_SECONDS, time + KEPT_SECONDS]);
      connection.run('INSERT INTO sends (challenge, user_fold, time) VALUES (?, ?, ?)', [
        challengeId,
        fold(user),
        time,
      ]);
    },
    remove(challengeId) {
      connection.run('DELETE FROM sends WHERE challenge = ?', [challengeId]);
    },
  };
}
