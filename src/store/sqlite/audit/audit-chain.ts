import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import {
  type AuditEntry,
  type AuditEvent,
  type ChainedEntry,
  canonicalEntry,
  REPAIR,
  recordable,
  recordableTime,
} from '../../../domain/audit/audit.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { LAST_TIME } from '../../../domain/instant.ts';
import { fold } from '../../../domain/user.ts';
import type { AuditAnchor } from '../../../ports/audit-log.ts';
import type { Connection, Parameters, Row } from '../connection/connection.ts';
import { insertRowsOf } from '../connection/insert-rows.ts';
import { instantOf } from '../connection/row-values.ts';

/** What the first entry is chained to. */
export const GENESIS = new Uint8Array(32);

/**
 * Appends an entry and moves the anchor to it, in the caller's transaction. Errors: `store-damaged` when the log does not
 * end at its anchor: another entry there would hide that the end was cut off.
 */
export function appendAudit(connection: Connection, key: KeyObject, event: AuditEvent): void {
  const appender = openAudit(connection, key);
  appender.append(event);
  appender.close();
}

/**
 * Appends many entries in one transaction. All are written when `close` returns. The anchor is checked once and moved once.
 * Texts are made recordable before they are signed, so what is signed is what is stored.
 */
export interface AuditAppender {
  append(event: AuditEvent): void;
  close(): void;
}

export function openAudit(connection: Connection, key: KeyObject): AuditAppender {
  const { count, head, mac: anchored } = anchorOf(connection);
  const last = connection.get('SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1');
  const end = last === undefined ? { seq: 0, mac: GENESIS } : { seq: last['seq'], mac: last['mac'] as Uint8Array };
  if (end.seq !== count || !equal(end.mac, head) || !equal(anchorMac(key, count, head), anchored)) {
    throw new OtpctlError(
      'store-damaged',
      'the audit log does not end where it was anchored, so nothing can be added to it',
      'see what is missing with  otpctl audit verify,  and once you know why, seal it with  otpctl audit repair',
    );
  }
  return appendAfter(connection, key, count, head);
}

/** Appends after an entry that is taken for the last one, without a look at the anchor. */
export function appendAfter(connection: Connection, key: KeyObject, last: number, head: Uint8Array): AuditAppender {
  let [seq, previous] = [last, head];
  const inserter = insertEntries(connection);
  return {
    append(event) {
      seq += 1;
      const entry: AuditEntry = { ...recordable(event), seq };
      previous = entryMac(key, previous, entry);
      inserter.add(valuesOf(entry, previous));
    },
    close() {
      inserter.end();
      setAnchor(connection, key, seq, previous);
    },
  };
}

const insertEntries = insertRowsOf('audit', [
  'seq',
  'time',
  'actor',
  'action',
  'object',
  'result',
  'reason',
  'ticket',
  'device_id',
  'user',
  'user_fold',
  'mac',
]);

function valuesOf(entry: AuditEntry, mac: Uint8Array): Parameters {
  return [
    entry.seq,
    entry.time,
    entry.actor,
    entry.action,
    entry.object,
    entry.result,
    entry.reason ?? null,
    entry.ticket ?? null,
    entry.deviceId ?? null,
    entry.user ?? null,
    entry.user === undefined ? null : fold(entry.user),
    mac,
  ];
}

/** Starts the chain of a new store. */
export function startAudit(connection: Connection, key: KeyObject): void {
  setAnchor(connection, key, 0, GENESIS);
}

export function anchorOf(connection: Connection): AuditAnchor {
  const row = connection.get('SELECT count, head, mac FROM audit_anchor');
  if (row === undefined) {
    throw new OtpctlError('store-damaged', 'the anchor of the audit log is gone', 'see more with  otpctl audit verify');
  }
  const { seq, head } = floorOf(connection);
  return {
    count: row['count'] as number,
    head: row['head'] as Uint8Array,
    mac: row['mac'] as Uint8Array,
    ...(seq > 0 && { floor: { seq, head } }),
  };
}

/** What the first entry that is left is chained to: the last one that was pruned; 0 and GENESIS where none was. */
export function floorOf(connection: Connection): { seq: number; head: Uint8Array; mac?: Uint8Array } {
  const row = connection.get('SELECT seq, head, mac FROM audit_floor');
  if (row === undefined) return { seq: 0, head: GENESIS };
  return { seq: row['seq'] as number, head: row['head'] as Uint8Array, mac: row['mac'] as Uint8Array };
}

/** Removes the entries up to `seq`, whose HMAC is `head`, in the caller's transaction. */
export function pruneAudit(connection: Connection, key: KeyObject, seq: number, head: Uint8Array): void {
  connection.run('DELETE FROM audit WHERE seq <= ?', [seq]);
  setFloor(connection, key, seq, head);
}

/** Sets where the log begins, in the caller's transaction. */
export function setFloor(connection: Connection, key: KeyObject, seq: number, head: Uint8Array): void {
  connection.run('INSERT OR REPLACE INTO audit_floor (only, seq, head, mac) VALUES (1, ?, ?, ?)', [
    seq,
    head,
    floorMac(key, seq, head),
  ]);
}

export function chainedEntryOf(row: Row): ChainedEntry {
  return {
    seq: row['seq'] as number,
    time: recordableTime(instantOf(row['time'])),
    actor: row['actor'] as string,
    action: row['action'] as string,
    object: row['object'] as string,
    result: row['result'] as string,
    ...(row['reason'] !== null && { reason: row['reason'] as string }),
    ...(row['ticket'] !== null && { ticket: row['ticket'] as string }),
    ...(row['device_id'] !== null && { deviceId: row['device_id'] as string }),
    ...(row['user'] !== null && { user: row['user'] as string }),
    mac: row['mac'] as Uint8Array,
  };
}

/** The columns of an entry that may be broken: a time out of range is read as the nearest one in it. */
const SHOWN = `seq, max(0, min(time, ${LAST_TIME})) AS time, actor, action, object, result, reason, ticket, device_id,
  user, user_fold, mac`;

/**
 * The entries that a query finds; `sql` is given the columns. Errors: `store-damaged` for an entry that cannot be read. In
 * a log that was repaired such entries are known, and are shown as far as they can be.
 */
export function entriesOf(
  connection: Connection,
  sql: (columns: string) => string,
  parameters: Parameters,
): readonly ChainedEntry[] {
  try {
    return connection.all(sql('*'), parameters).map(chainedEntryOf);
  } catch (error) {
    if (!(error instanceof OtpctlError) || error.code !== 'store-damaged' || !hasSeals(connection)) throw error;
    return connection.all(sql(SHOWN), parameters).map(chainedEntryOf);
  }
}

/** Whether the log was ever repaired: then an entry says what was broken, and seals it. */
export function hasSeals(connection: Connection): boolean {
  return connection.get('SELECT 1 FROM audit WHERE action = ? LIMIT 1', [REPAIR]) !== undefined;
}

function setAnchor(connection: Connection, key: KeyObject, count: number, head: Uint8Array): void {
  connection.run('INSERT OR REPLACE INTO audit_anchor (only, count, head, mac) VALUES (1, ?, ?, ?)', [
    count,
    head,
    anchorMac(key, count, head),
  ]);
}

export function entryMac(key: KeyObject, previous: Uint8Array, entry: AuditEntry): Uint8Array {
  const hmac = createHmac('sha256', key).update('entry\0').update(previous).update(canonicalEntry(entry));
  // As a text first: for a digest that is a buffer Node allocates memory, which takes longer than the hash.
  return Buffer.from(hmac.digest('binary'), 'binary');
}

export function anchorMac(key: KeyObject, count: number, head: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update('anchor\0').update(`${count}\0`).update(head).digest();
}

export function floorMac(key: KeyObject, seq: number, head: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update('floor\0').update(`${seq}\0`).update(head).digest();
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
