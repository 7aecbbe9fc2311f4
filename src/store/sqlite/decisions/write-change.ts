import type { DeviceRecord } from '../../../domain/device/device.ts';
import { fold } from '../../../domain/user.ts';
import type { Challenge } from '../../../domain/verification/challenge.ts';
import type { Change } from '../../../ports/store/decisions.ts';
import type { StoreKeys } from '../../store-keys.ts';
import type { Connection, Parameters } from '../connection/connection.ts';
import { sealSecret } from '../devices/device-seal.ts';
import { addSend } from '../rows/send-rows.ts';
import { noteEnrolled } from '../rows/user-rows.ts';
import { deviceMac, headOf, sealedOf, textOfChallenge } from '../signing/device-signature.ts';
import { signDevice } from '../signing/signed-devices.ts';
import type { SeenRow } from './seen.ts';

type Value = Parameters[number];

/** The columns that a decision can change, and what a record says of each. */
const COLUMNS: readonly (readonly [column: string, read: (device: DeviceRecord) => Value])[] = [
  ['fails', ({ fails }) => fails],
  ['modified', ({ modified }) => modified],
  ['status', ({ status }) => status],
  ['status_before_lock', ({ statusBeforeLock }) => statusBeforeLock ?? null],
  ['last_used', ({ lastUsed }) => lastUsed ?? null],
  ['last_step', ({ lastStep }) => lastStep ?? null],
  ['drift', ({ drift }) => drift],
  ['counter', ({ counter }) => counter ?? null],
  ['resync_needed', ({ resyncNeeded }) => (resyncNeeded ? 1 : 0)],
  ['last_channel', ({ lastChannel }) => lastChannel ?? null],
  ['external_id', ({ externalId }) => externalId ?? null],
  ['name', ({ name }) => name],
  ['name_fold', ({ name }) => fold(name)],
  ['email', ({ email }) => email ?? null],
  ['email_fold', ({ email }) => (email === undefined ? null : fold(email))],
  ['phone', ({ phone }) => phone ?? null],
];

/** A change that names the newest entry about the device. */
interface EnteredChange extends Change {
  readonly entry: number;
}

/** Writes and signs what a decision changes of a device that it has seen. Whatever it is, the device has another version then. */
export function writeChange(connection: Connection, keys: StoreKeys, seen: SeenRow, change: EnteredChange): void {
  const { id } = seen.device;
  if (change.device === 'removed') {
    written(seen, connection.run('DELETE FROM devices WHERE id = ? AND version = ?', [Number(id), seen.version]));
    return;
  }
  const next = change.device ?? seen.device;
  if (change.challenge !== undefined) writeChallenge(connection, seen, change.challenge);
  writeDevice(connection, keys, seen, next, change);
  if (next.status === 'V' && seen.device.status !== 'V')
    noteEnrolled(connection, keys.rows, '= ?', [Number(id)], next.modified);
  const { message } = change;
  if (message !== undefined) addSend(connection, message.challengeId, seen.device.user, message.sent);
}

/** The statements that set some of the columns, by which of them. */
const updates = new Map<number, string>();

function writeDevice(
  connection: Connection,
  keys: StoreKeys,
  seen: SeenRow,
  next: DeviceRecord,
  { secret, challenge, entry }: EnteredChange,
): void {
  const values: Value[] = [];
  let which = 0;
  for (let at = 0; at < COLUMNS.length; at++) {
    const read = COLUMNS[at]?.[1] as (device: DeviceRecord) => Value;
    const value = read(next);
    if (value === read(seen.device)) continue;
    which |= 1 << at;
    values.push(value);
  }
  if (seen.signed === undefined) throw new TypeError(`device ${next.id} was forged, and is not to be signed`);
  let { sealed } = seen.signed;
  if (secret !== undefined) {
    const bytes = sealSecret(keys, next.id, next.type, secret);
    which |= SECRET;
    values.push(bytes, keys.dataKeyId);
    sealed = sealedOf(bytes, keys.dataKeyId);
  }
  const text = `${headOf(next, seen.version + 1, entry)}${sealed}${seen.signed.tail}`;
  const mac = deviceMac(keys.rows, text, challenge === undefined ? seen.signed.challenge : textOfChallenge(challenge));
  written(seen, connection.run(updateOf(which), [...values, entry, mac, Number(next.id), seen.version]));
  // Who and what the device is does not stand in its head.
  if (which & NAMES) signDevice(connection, keys.rows, next.id);
}

const SECRET = 1 << COLUMNS.length;
const NAMES = -(1 << COLUMNS.findIndex(([column]) => column === 'external_id')) & (SECRET - 1);

function updateOf(which: number): string {
  let sql = updates.get(which);
  if (sql === undefined) {
    const columns = COLUMNS.map(([column]) => column).filter((_, at) => which & (1 << at));
    const set = [...columns, ...(which & SECRET ? ['secret', 'key_id'] : [])].map((column) => `${column} = ?, `);
    sql = `UPDATE devices SET ${set.join('')}version = version + 1, entry = ?, mac = ? WHERE id = ? AND version = ?`;
    updates.set(which, sql);
  }
  return sql;
}

function writeChallenge(
  connection: Connection,
  { device, challenge: before }: SeenRow,
  next: Challenge | 'none',
): void {
  const id = Number(device.id);
  if (next === 'none') {
    connection.run('DELETE FROM challenges WHERE device_id = ?', [id]);
  } else if (next.id === before?.id) {
    connection.run('UPDATE challenges SET expires = ?, tries = ? WHERE device_id = ?', [next.expires, next.tries, id]);
  } else {
    connection.run(
      `INSERT INTO challenges (device_id, id, created, expires, positions, channel, code_hash, tries)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (device_id) DO UPDATE SET id = excluded.id, created = excluded.created, expires = excluded.expires,
         positions = excluded.positions, channel = excluded.channel, code_hash = excluded.code_hash,
         tries = excluded.tries, code_key_id = NULL`,
      [
        id,
        next.id,
        next.created,
        next.expires,
        next.positions ? JSON.stringify(next.positions) : null,
        next.channel ?? null,
        next.codeHash ?? null,
        next.tries,
      ],
    );
  }
}

/** Nothing comes between what is seen and what is written, unless the store itself is wrong. */
function written({ device }: SeenRow, rows: number): void {
  if (rows !== 1) throw new Error(`device ${device.id} changed between what was seen and what was written`);
}
