import {
  ALGORITHMS,
  DEVICE_STATUSES,
  DEVICE_TYPES,
  type Device,
  type DeviceRecord,
  type DeviceResource,
  type DeviceStatus,
  type DeviceType,
} from '../../../domain/device/device.ts';
import { CHANNELS } from '../../../domain/provider-call/channel.ts';
import type { Challenge } from '../../../domain/verification/challenge.ts';
import type { Row } from '../connection/connection.ts';
import { damagedValue, instantOf, integerOf, wordOf } from '../connection/row-values.ts';

/** The columns of what everybody may see, under the names of the attributes. */
export const DEVICE_COLUMNS =
  'CAST(id AS TEXT) AS id, name, type, user, status, created, last_used AS lastUsed, fails, email, phone, external_id AS externalId';

/** And those of the resource. */
export const RESOURCE_COLUMNS = `${DEVICE_COLUMNS}, modified`;

/** And those that verification moves. The counter has 64 bits, which a JavaScript number does not. */
export const RECORD_COLUMNS = `${RESOURCE_COLUMNS}, CAST(user_id AS TEXT) AS userId, status_before_lock, digits, algorithm, period,
  CAST(counter AS TEXT) AS counter, last_step, drift, last_channel AS lastChannel,
  resync_needed AS resyncNeeded`;

/** A device from a row, without what is null in it. Built in place: a list makes a million of them. */
export function deviceOf(row: Row): Device {
  const device: { -readonly [K in keyof Device]: Device[K] } = {
    id: row['id'] as string,
    name: row['name'] as string,
    type: row['type'] as DeviceType,
    user: row['user'] as string,
    status: row['status'] as DeviceStatus,
    created: instantOf(row['created']),
    fails: row['fails'] as number,
  };
  if (row['lastUsed'] !== null) device.lastUsed = instantOf(row['lastUsed']);
  if (row['email'] !== null) device.email = row['email'] as string;
  if (row['phone'] !== null) device.phone = row['phone'] as string;
  if (row['externalId'] !== null) device.externalId = row['externalId'] as string;
  return device;
}

export function resourceOf(row: Row): DeviceResource {
  return Object.assign(deviceOf(row), { modified: instantOf(row['modified']) });
}

/** More than the time step of any moment, at the shortest period. */
const LAST_STEP = 2 ** 40;
/** More steps than a resync finds. */
const MOST_DRIFT = 2 ** 20;

export function recordOf(row: Row): DeviceRecord {
  return {
    ...resourceOf(row),
    type: wordOf(row['type'], DEVICE_TYPES, 'a type of device'),
    status: wordOf(row['status'], DEVICE_STATUSES, 'a status'),
    fails: integerOf(row['fails'], 'fails', 0, Number.MAX_SAFE_INTEGER),
    ...(row['userId'] !== null && { userId: row['userId'] as string }),
    ...(row['status_before_lock'] !== null && {
      statusBeforeLock: wordOf(row['status_before_lock'], ['C', 'V'], 'a status before a lock'),
    }),
    ...(row['digits'] !== null && { digits: integerOf(row['digits'], 'digits', 6, 10) }),
    ...(row['algorithm'] !== null && { algorithm: wordOf(row['algorithm'], ALGORITHMS, 'an algorithm') }),
    ...(row['period'] !== null && { period: integerOf(row['period'], 'a period', 15, 300) }),
    ...(row['counter'] !== null && { counter: BigInt(row['counter'] as string) }),
    ...(row['last_step'] !== null && { lastStep: integerOf(row['last_step'], 'a time step', 0, LAST_STEP) }),
    drift: integerOf(row['drift'], 'a drift', -MOST_DRIFT, MOST_DRIFT),
    ...(row['resyncNeeded'] === 1 && { resyncNeeded: true as const }),
    ...(row['lastChannel'] !== null && { lastChannel: wordOf(row['lastChannel'], CHANNELS, 'a channel') }),
  };
}

export function challengeOf(row: Row): Challenge {
  return {
    id: row['id'] as string,
    created: instantOf(row['created']),
    expires: instantOf(row['expires']),
    ...(row['positions'] !== null && { positions: positionsOf(row['positions']) }),
    ...(row['channel'] !== null && { channel: wordOf(row['channel'], CHANNELS, 'a channel') }),
    ...(row['code_hash'] !== null && { codeHash: row['code_hash'] as Uint8Array }),
    tries: row['tries'] as number,
  };
}

function positionsOf(value: unknown): number[] {
  const positions = /^\[[0-9,]+\]$/.test(String(value)) ? String(value).slice(1, -1).split(',').map(Number) : [];
  if (positions.length === 0) throw damagedValue('PIN positions');
  return positions;
}

/** The row number of an id; undefined for a text that is no id of ours. */
export function rowId(id: string): bigint | undefined {
  return /^[1-9][0-9]{0,17}$/.test(id) ? BigInt(id) : undefined;
}
