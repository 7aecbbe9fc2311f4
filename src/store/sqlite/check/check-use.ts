import type { SealedPart } from '../../../domain/audit/sealed-part.ts';
import type { DeviceType } from '../../../domain/device/device.ts';
import { deviceTypes } from '../../../domain/device-types/index.ts';
import { LAST_TIME, toIso } from '../../../domain/instant.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { fold } from '../../../domain/user.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import type { Connection } from '../connection/connection.ts';
import { FIRST, keySetRows } from '../connection/key-set.ts';
import { RECORD_COLUMNS, recordOf } from '../devices/device-rows.ts';

/** Seconds that the entry of a code may be later than the device says it was used: a disk may be slow. */
const SLACK = 60;

/** Entries that were sealed as broken prove nothing. */
const TRUSTED = `AND NOT EXISTS (SELECT 1 FROM json_each(?) WHERE seq BETWEEN value ->> 0 AND value ->> 1)`;

/**
 * Devices that were set back behind what they accepted, as the audit log says, so that used codes would be good again. And
 * devices whose name or user is not the one that they are found by.
 */
export function* checkUse(connection: Connection, sealed: readonly SealedPart[]): Generator<StoreFinding> {
  const untrusted = JSON.stringify(sealed.map(({ first, last }) => [first, last]));
  const accepted = `SELECT count(*) AS times, max(time) AS last FROM audit
    WHERE device_id = ? AND result = 'accepted' AND action IN ('device.verify', 'device.resync')
      AND time BETWEEN 0 AND ${LAST_TIME} ${sealed.length === 0 ? '' : TRUSTED}`;
  const devices = `SELECT ${RECORD_COLUMNS}, name_fold, user_fold, devices.id AS key FROM devices
    WHERE devices.id > ? ORDER BY devices.id LIMIT ?`;
  for (const row of keySetRows(connection, { sql: devices, key: 'key', start: FIRST })) {
    if (!Object.hasOwn(deviceTypes, String(row['type']))) continue;
    const device = recordOf(row);
    const remedy = `look at  ${commandLine(['audit', 'list'], { device: device.id })},  and enrol the user again`;
    const what = `device ${device.id} (${device.name})`;
    if (row['name_fold'] !== fold(device.name) || row['user_fold'] !== fold(device.user)) {
      yield { finding: `${what} is filed under another name or user`, remedy };
    }
    const use = connection.get(accepted, sealed.length === 0 ? [device.id] : [device.id, untrusted]);
    const [times, last] = [Number(use?.['times']), Number(use?.['last'])];
    if (times === 0) continue;
    const usedLast = device.lastUsed ?? 0;
    const isBehind = deviceTypes[device.type as DeviceType].isBehind?.(device, { times, last }) ?? false;
    if (isBehind || usedLast < last - SLACK) {
      const finding = `${what} was set back: the audit log has a code that it accepted at ${toIso(last)}`;
      yield { finding, remedy };
    }
  }
}
