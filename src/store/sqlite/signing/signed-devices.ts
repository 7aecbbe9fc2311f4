import type { KeyedHash } from '../../keyed-hash.ts';
import type { Connection, Row } from '../connection/connection.ts';
import {
  challengeText,
  DEVICE_TEXT,
  type DeviceParts,
  deviceMac,
  headWith,
  partsOf,
  versionIn,
} from './device-signature.ts';
import { isMac, isNewest } from './signed-rows.ts';

/** The columns of a query of `devices` that `signedDevice` takes. */
export const SIGNED_TEXTS = `${DEVICE_TEXT} AS text, ${challengeText('devices.id')} AS challengeText, devices.entry AS named,
  devices.mac AS mac, (SELECT max(seq) FROM audit WHERE audit.device_id = CAST(devices.id AS TEXT)) AS newest`;

/** The same, with the id. */
export const SIGNED_DEVICE = `devices.id AS id, ${SIGNED_TEXTS}`;

/** What is signed of a device that is as it was signed. */
export interface SignedDevice extends DeviceParts {
  readonly challenge: string | null;
}

/** Undefined for a device that somebody else wrote, or whose row somebody has put back. */
export function signedDevice(
  connection: Connection,
  rows: KeyedHash,
  { text, challengeText: challenge, named, mac, newest }: Row,
  isPending?: (entry: number) => boolean,
): SignedDevice | undefined {
  const isGenuine =
    isMac(mac, deviceMac(rows, text as string, challenge as string | null)) &&
    isNewest(connection, named as number, newest as number | null, isPending);
  return isGenuine ? { ...partsOf(text as string), challenge: challenge as string | null } : undefined;
}

/** Signs a device as it is, in the caller's transaction, which has just written it. */
export function signDevice(connection: Connection, rows: KeyedHash, id: string | number): void {
  const sql = `SELECT ${DEVICE_TEXT} AS text, ${challengeText('devices.id')} AS challengeText FROM devices WHERE id = ?`;
  const row = connection.get(sql, [Number(id)]);
  if (row === undefined) return;
  const mac = deviceMac(rows, row['text'] as string, row['challengeText'] as string | null);
  connection.run('UPDATE devices SET mac = ? WHERE id = ?', [mac, Number(id)]);
}

/** Has a device that was just made name an entry of the audit log as its newest, and signs it. */
export function enterDevice(connection: Connection, rows: KeyedHash, id: string, entry: number): void {
  const made = connection.run('UPDATE devices SET entry = ? WHERE id = ? AND mac IS NULL', [entry, Number(id)]);
  if (made === 1) signDevice(connection, rows, id);
}

/** Has a device name an entry of the audit log as its newest. One that is forged stays forged. */
export function noteEntry(
  connection: Connection,
  rows: KeyedHash,
  id: string,
  entry: number,
  isPending: (entry: number) => boolean,
): void {
  const row = connection.get(`SELECT ${SIGNED_DEVICE} FROM devices WHERE id = ?`, [Number(id)]);
  const device = row && signedDevice(connection, rows, row, isPending);
  if (device === undefined) return;
  const { head, sealed, tail, challenge } = device;
  const version = versionIn(head) + 1;
  const mac = deviceMac(rows, `${headWith(head, version, entry)}${sealed}${tail}`, challenge);
  connection.run('UPDATE devices SET version = ?, entry = ?, mac = ? WHERE id = ?', [version, entry, mac, Number(id)]);
}
