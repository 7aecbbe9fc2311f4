import type { DeviceType } from '../../../domain/device/device.ts';
import { deviceProblems, typeOfName } from '../../../domain/device/device-problems.ts';
import { deviceTypes } from '../../../domain/device-types/index.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { FIRST, keySetRows } from '../connection/key-set.ts';
import { RECORD_COLUMNS, recordOf } from '../devices/device-rows.ts';

/** Devices that otpctl cannot have made: with values that their type does not have, or of another type than they were made as. */
export function* checkDevices(connection: Connection): Generator<StoreFinding> {
  const sql = `SELECT ${RECORD_COLUMNS}, secret IS NOT NULL AS sealed, devices.id AS key FROM devices
    WHERE devices.id > ? ORDER BY devices.id LIMIT ?`;
  for (const row of keySetRows(connection, { sql, key: 'key', start: FIRST })) {
    for (const wrong of wrongIn(connection, row)) {
      yield {
        finding: `device ${row['id']} ${wrong}`,
        remedy: `restore the store from a backup, or enrol the user again and  ${commandLine(['device', 'delete', String(row['id'])])}`,
      };
    }
  }
  const lags = connection.get('SELECT 1 FROM store WHERE next_device_id <= (SELECT max(id) FROM devices)');
  if (lags !== undefined) {
    yield { finding: 'the counter of device ids lags behind the devices', remedy: 'restore the store from a backup' };
  }
}

function* wrongIn(connection: Connection, row: Row): Generator<string> {
  const type = String(row['type']);
  if (!Object.hasOwn(deviceTypes, type)) {
    yield 'is of no type that there is';
    return;
  }
  if (row['sealed'] !== 1 && deviceTypes[type as DeviceType].holds.always.includes('secret')) {
    yield 'has lost its secret';
    return;
  }
  try {
    yield* deviceProblems({ ...recordOf(row), secret: row['sealed'] === 1 });
  } catch (error) {
    if (!(error instanceof OtpctlError) || error.code !== 'store-damaged') throw error;
    yield `is damaged: ${error.message}`;
  }
  const made = connection.get(
    `SELECT object FROM audit WHERE device_id = ? AND action = 'device.create' ORDER BY seq LIMIT 1`,
    [String(row['id'])],
  );
  const [, name = ''] = /^device [0-9]+ (.*) of /.exec(String(made?.['object'])) ?? [];
  const was = typeOfName(name);
  if (was !== undefined && was !== type) {
    yield `is of type ${type}, and was made as ${printable(name)}, of type ${was}`;
  }
}
