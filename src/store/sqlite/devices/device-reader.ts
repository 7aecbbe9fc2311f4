import type { Device, DeviceType } from '../../../domain/device/device.ts';
import type { Page } from '../../../domain/device/selection.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/instant.ts';
import { type Settings, settingsOf } from '../../../domain/settings/settings.ts';
import { fold } from '../../../domain/user.ts';
import { MAX_TRIES } from '../../../domain/verification/challenge.ts';
import type { DeviceReader } from '../../../ports/store/device-reader.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { readSettings } from '../rows/setting-rows.ts';
import { andWithin, findUser, findUserById, ofUser, type UsersWithin } from '../rows/user-rows.ts';
import { countDevices, listPages } from './device-list.ts';
import {
  DEVICE_COLUMNS,
  deviceOf,
  RECORD_COLUMNS,
  RESOURCE_COLUMNS,
  recordOf,
  resourceOf,
  rowId,
} from './device-rows.ts';

/** Reads devices; in a scope, those of its users. What is outside is not there. */
export function createDeviceReader(connection: Connection, scope?: UsersWithin): DeviceReader {
  const policy = createPolicyReader(connection);
  const within = andWithin(scope, 'devices.user_id');
  const bound = scope?.parameters ?? [];
  const rowOf = (id: string, columns: string): Row | undefined => {
    const key = rowId(id);
    return key === undefined
      ? undefined
      : connection.get(`SELECT ${columns} FROM devices WHERE devices.id = ?${within}`, [key, ...bound]);
  };
  return {
    find(id) {
      const row = rowOf(id, RECORD_COLUMNS);
      return row && recordOf(row);
    },
    findResource(id) {
      const row = rowOf(id, RESOURCE_COLUMNS);
      return row && resourceOf(row);
    },

    *list(selection, page) {
      const read = page.unreadable === undefined ? deviceOf : readable(page.unreadable);
      for (const rows of listPages(connection, DEVICE_COLUMNS, { ...selection, scope }, page)) {
        yield rows.map(read).filter((device) => device !== undefined);
      }
    },
    *listResources(selection, page) {
      for (const rows of listPages(connection, RESOURCE_COLUMNS, { ...selection, scope }, page))
        yield rows.map(resourceOf);
    },

    count: (selection) => countDevices(connection, { ...selection, scope }),

    policy,
    user: (name) => findUser(connection, name, scope),
    owner: ({ userId }) => (userId === undefined ? undefined : findUserById(connection, userId, scope)),
  };
}

/** Reads the settings each time, and makes them anew only when they are others. */
function createPolicyReader(connection: Connection): () => Settings {
  let last: { readonly values: ReturnType<typeof readSettings>; readonly settings: Settings } | undefined;
  return () => {
    const values = readSettings(connection);
    if (values !== last?.values) last = { values, settings: settingsOf(values) };
    return last.settings;
  };
}

/** Reads devices, and tells of those that cannot be read. */
function readable(tell: NonNullable<Page['unreadable']>): (row: Row) => Device | undefined {
  return (row) => {
    try {
      return deviceOf(row);
    } catch (error) {
      if (!(error instanceof OtpctlError)) throw error;
      const { id, name, user, status } = row as unknown as Device;
      tell({ id, name, user, status, reason: error.message });
      return undefined;
    }
  };
}

/** The newest challenge of a user's devices that can still be answered. */
export function challengedDevice(
  connection: Connection,
  user: string,
  type: DeviceType | undefined,
  now: Instant,
  scope?: UsersWithin,
): Device | undefined {
  const row = connection.get(
    `SELECT ${DEVICE_COLUMNS} FROM devices WHERE id = (
       SELECT d.id FROM devices d JOIN challenges c ON c.device_id = d.id
       WHERE ${ofUser('d')} AND d.type = coalesce(?, d.type) AND d.status IN ('C', 'V') AND c.created <= ? AND c.expires >= ?
         AND (c.code_hash IS NULL OR c.tries < ?)${andWithin(scope, 'd.user_id')}
       ORDER BY c.created DESC, d.id DESC LIMIT 1)`,
    [fold(user), type ?? null, now, now, MAX_TRIES, ...(scope?.parameters ?? [])],
  );
  return row && deviceOf(row);
}
