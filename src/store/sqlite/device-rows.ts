import type { Challenge, Channel } from '../../domain/challenge.ts';
import type { Algorithm, Device, DeviceRecord, DeviceStatus, DeviceType } from '../../domain/device.ts';
import type { Row } from './connection.ts';

/** The columns of what everybody may see, under the names of the attributes. */
export const DEVICE_COLUMNS =
  'CAST(id AS TEXT) AS id, name, type, user, status, created, last_used AS lastUsed, fails, email, phone';

/** And those that verification moves. The counter has 64 bits, which a JavaScript number does not. */
export const RECORD_COLUMNS = `${DEVICE_COLUMNS}, status_before_lock, digits, algorithm, period,
  CAST(counter AS TEXT) AS counter, last_step, drift`;

/** A device from a row, without what is null in it. */
export function deviceOf(row: Row): Device {
  return {
    id: row['id'] as string,
    name: row['name'] as string,
    type: row['type'] as DeviceType,
    user: row['user'] as string,
    status: row['status'] as DeviceStatus,
    created: row['created'] as number,
    ...(row['lastUsed'] !== null && { lastUsed: row['lastUsed'] as number }),
    fails: row['fails'] as number,
    ...(row['email'] !== null && { email: row['email'] as string }),
    ...(row['phone'] !== null && { phone: row['phone'] as string }),
  };
}

export function recordOf(row: Row): DeviceRecord {
  return {
    ...deviceOf(row),
    ...(row['status_before_lock'] !== null && { statusBeforeLock: row['status_before_lock'] as 'C' | 'V' }),
    ...(row['digits'] !== null && { digits: row['digits'] as number }),
    ...(row['algorithm'] !== null && { algorithm: row['algorithm'] as Algorithm }),
    ...(row['period'] !== null && { period: row['period'] as number }),
    ...(row['counter'] !== null && { counter: BigInt(row['counter'] as string) }),
    ...(row['last_step'] !== null && { lastStep: row['last_step'] as number }),
    drift: row['drift'] as number,
  };
}

export function challengeOf(row: Row): Challenge {
  return {
    id: row['id'] as string,
    created: row['created'] as number,
    expires: row['expires'] as number,
    ...(row['positions'] !== null && { positions: JSON.parse(row['positions'] as string) as number[] }),
    ...(row['channel'] !== null && { channel: row['channel'] as Channel }),
    ...(row['code_hash'] !== null && { codeHash: row['code_hash'] as Uint8Array }),
    tries: row['tries'] as number,
  };
}
