import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type AuditEntry, type AuditEvent, recordable } from '../../../domain/audit/audit.ts';
import { CHAIN } from '../../../domain/audit/audit-cursor.ts';
import {
  type ChainedEntry,
  canonicalEntry,
  type EntryProofs,
  type ErasedGroup,
  erasedIn,
  GROUPS,
  type Group,
  isErased,
  isThere,
  type ProvenEntry,
} from '../../../domain/audit/entry-proof.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { hex } from '../../../domain/text/hex.ts';
import type { AuditAnchor } from '../../../ports/audit-log.ts';
import type { AuditKey } from '../../audit-key.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { insertRowsOf } from '../connection/insert-rows.ts';
import { damagedValue } from '../connection/row-values.ts';
import { AUDIT_COLUMNS, isAsStored, isFiled, storedValues } from './audit-rows.ts';

/** What the first entry is chained to. */
export const GENESIS = new Uint8Array(32);

/**
 * Appends an entry and moves the anchor to it, in the caller's transaction. Errors: `store-damaged` when the log does not
 * end at its anchor: another entry there would hide that the end was cut off.
 */
export function appendAudit(connection: Connection, key: AuditKey, event: AuditEvent): void {
  const appender = openAudit(connection, key);
  appender.append(event);
  appender.close();
}

/**
 * Appends many entries in one transaction. All are written when `close` returns. The anchor is checked once and moved once.
 * Texts are made recordable before they are signed, so what is signed is what is stored.
 */
export interface AuditAppender {
  /** Answers the number of the entry. */
  append(event: AuditEvent): number;
  /** Answers where the log ends then. */
  close(): ChainEnd;
}

/** The last entry of the log: its number, and its HMAC. */
export interface ChainEnd {
  readonly seq: number;
  readonly mac: Uint8Array;
}

export function openAudit(connection: Connection, key: AuditKey): AuditAppender {
  const { count, head, mac: anchored } = anchorOf(connection);
  const last = connection.get('SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1');
  const end: ChainEnd =
    last === undefined ? { seq: 0, mac: GENESIS } : { seq: last['seq'] as number, mac: last['mac'] as Uint8Array };
  if (end.seq !== count || !equal(end.mac, head) || !equal(anchorMac(key.hmac, count, head), anchored)) {
    throw new OtpctlError(
      'store-damaged',
      'the audit log does not end where it was anchored, so nothing can be added to it',
      'see what is missing with  otpctl audit verify,  and once you know why, seal it with  otpctl audit repair',
    );
  }
  return appendAfter(connection, key, end);
}

/** Appends after an entry that is taken for the last one, without a look at the anchor. */
export function appendAfter(connection: Connection, key: AuditKey, end: ChainEnd): AuditAppender {
  let { seq, mac: previous } = end;
  const inserter = insertEntries(connection);
  return {
    append(event) {
      seq += 1;
      const kept = { ...recordable(event), chain: CHAIN, seq };
      const entry = { ...kept, proofs: saltsFor(kept, key) };
      previous = key.mac(entryText(previous, entry));
      inserter.add(storedValues(entry, previous));
      return seq;
    },
    close() {
      inserter.end();
      setAnchor(connection, key.hmac, seq, previous);
      return { seq, mac: previous };
    },
  };
}

/** A salt for each group of an entry that has texts. */
function saltsFor(entry: AuditEntry, key: AuditKey): EntryProofs {
  const salts: { [G in Group]?: string } = {};
  for (const group of GROUPS) if (isThere(entry, group)) salts[group] = key.salt();
  return salts;
}

const insertEntries = insertRowsOf('audit', AUDIT_COLUMNS);

/** Starts the chain of a new store. */
export function startAudit(connection: Connection, key: AuditKey): void {
  setAnchor(connection, key.hmac, 0, GENESIS);
}

export function anchorOf(connection: Connection): AuditAnchor {
  const row = connection.get('SELECT count, head, mac FROM audit_anchor');
  if (row === undefined) {
    throw new OtpctlError('store-damaged', 'the anchor of the audit log is gone', 'see more with  otpctl audit verify');
  }
  if (!(row['head'] instanceof Uint8Array && row['mac'] instanceof Uint8Array)) {
    throw damagedValue('an anchor of the audit log');
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

function setAnchor(connection: Connection, key: KeyObject, count: number, head: Uint8Array): void {
  connection.run('INSERT OR REPLACE INTO audit_anchor (only, count, head, mac) VALUES (1, ?, ?, ?)', [
    count,
    head,
    anchorMac(key, count, head),
  ]);
}

/** What is under the HMAC of an entry. */
function entryText(previous: Uint8Array, entry: ProvenEntry): string {
  return `entry:v2\0${hex(previous)}\0${canonicalEntry(entry)}`;
}

function entryMac(key: KeyObject, previous: Uint8Array, entry: ProvenEntry): Uint8Array {
  const hmac = createHmac('sha256', key);
  if (entry.proofs === undefined) hmac.update('entry\0').update(previous).update(canonicalEntry(entry));
  else hmac.update(entryText(previous, entry));
  // As a text first: for a digest that is a buffer Node allocates memory, which takes longer than the hash.
  return Buffer.from(hmac.digest('binary'), 'binary');
}

/** The HMAC, in hex, of the mark that is left where a group of an entry was erased. */
export function erasureMac(key: KeyObject, seq: number, group: Group, { commitment, by }: Omit<ErasedGroup, 'mac'>) {
  return createHmac('sha256', key).update(`erased\0${seq}\0${group}\0${commitment}\0${by}`).digest('hex');
}

/** What is wrong with an entry that follows another one; undefined for one that is as it was written. */
export function faultOf(
  key: KeyObject,
  previous: Uint8Array,
  row: Row,
  entry: ChainedEntry,
): 'changed' | 'filed' | undefined {
  if (!equal(entryMac(key, previous, entry), entry.mac)) return 'changed';
  if (!isFiled(row, entry)) return 'filed';
  const isWhole = isAsStored(row, entry) && erasersOf(key, entry).length === erasedIn(entry.proofs).length;
  return isWhole ? undefined : 'changed';
}

/** The entries that say who erased groups of an entry, as far as the marks that were left are ours. */
export function erasersOf(key: KeyObject, { seq, proofs }: ChainedEntry): readonly number[] {
  return erasedIn(proofs).flatMap((group) => {
    const mark = proofs?.[group];
    return isErased(mark) && erasureMac(key, seq, group, mark) === mark.mac ? [mark.by] : [];
  });
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
