import { OtpctlError } from '../../domain/errors.ts';
import { nobodyThere, ofNoUser } from '../../domain/scope.ts';
import type { User } from '../../domain/user.ts';
import type { DeviceReader } from '../../ports/store/device-reader.ts';
import type { StoreWriter, UsersWriter } from '../../ports/store/store-writer.ts';
import type { Connection } from './connection/connection.ts';
import type { Transaction } from './decisions/transactions.ts';
import { createDeviceWriter } from './devices/device-writer.ts';
import { createSettingsWriter } from './rows/setting-rows.ts';
import { createUsersWriter, refuseForgedUser } from './rows/user-rows.ts';
import { enterDevice } from './signing/signed-devices.ts';
import { enterUser } from './signing/signed-users.ts';

/** All that one transaction can write, besides decisions. `reader` reads what a scope has, if there is one. */
export function createStoreWriter(
  connection: Connection,
  reader: DeviceReader,
  { keys, append, isPending }: Transaction,
  isScoped = false,
): StoreWriter {
  const users = createUsersWriter(connection, keys.rows, isPending);
  const settings = createSettingsWriter(connection, keys);
  /** Whose row somebody else wrote may be in the scope by that alone. */
  const genuineUser = (name: string): User | undefined => {
    const found = reader.user(name);
    if (found !== undefined) refuseForgedUser(connection, keys.rows, found, isPending);
    return found;
  };
  return {
    ...createDeviceWriter(connection, reader, keys),
    ...(isScoped && { user: genuineUser }),
    settings: isScoped ? { ...settings, set: refuseSetting } : settings,
    users: isScoped ? scopedUsers(users, reader) : users,
    append(event) {
      const entry = append(event);
      if (event.deviceId !== undefined) enterDevice(connection, keys.rows, event.deviceId, entry);
      else if (event.userId !== undefined) enterUser(connection, keys.rows, event.userId, entry);
    },
  };
}

function refuseSetting(): never {
  throw ofNoUser('a setting');
}

/** In a scope nobody becomes known, who would be in no scope or is outside it; and who is in it stays in it. */
function scopedUsers(users: UsersWriter, reader: DeviceReader): UsersWriter {
  return {
    ...users,
    add: ({ name }) => {
      throw nobodyThere(name);
    },
    change(user) {
      users.change(user);
      if (reader.user(user.name) !== undefined) return;
      throw new OtpctlError('not-allowed', `the change would take user "${user.name}" out of the scope`);
    },
  };
}
