import type { KeyObject } from 'node:crypto';
import { type Seal, sealIn } from '../../../domain/audit/audit-seal.ts';
import { createErasureCheck } from '../../../domain/audit/erasure.ts';
import { type BrokenPart, type SealedPart, sealedPart } from '../../../domain/audit/sealed-part.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { hex } from '../../../domain/text/hex.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { anchorMac, equal, erasersOf, faultOf, floorMac, GENESIS } from './audit-chain.ts';
import { chainedEntryOf, readableColumns } from './audit-rows.ts';
import { sealDigest } from './audit-seals.ts';
import { type Kind, merged, type Span, without } from './audit-spans.ts';

/** What was found of a log: all that is broken, and what of it is sealed. */
export interface Examination {
  /** How many entries are there. */
  readonly entries: number;
  /** What is broken and not sealed: where the log begins, then entries by their numbers, then its end. */
  readonly broken: readonly BrokenPart[];
  readonly sealed: readonly SealedPart[];
  /** What the first entry follows, as far as that can be told. */
  readonly start: Link;
  /** What the next entry is to follow: the last one that there is, under the highest number that was used. */
  readonly end: Link;
  /** What the anchor and the floor say, in words, since a repair replaces them. */
  readonly was: { readonly anchor: string; readonly floor: string };
}

interface Link {
  readonly seq: number;
  readonly mac: Uint8Array;
}

/**
 * Examines the whole log, whatever was done to it: each entry is checked with the HMAC of the one before it, as that is
 * stored. A part is sealed if a sound entry `audit.repair` names it, and its bytes are those of then. Errors:
 * `store-damaged` for entries with numbers that nothing can follow.
 */
export function examineAudit(connection: Connection, key: KeyObject): Examination {
  const anchor = anchorIn(connection, key);
  const floor = floorIn(connection, key, anchor);
  const { entries, spans, seals, last } = walk(connection, key, floor.start);
  const ends = anchor.isSound && anchor.count > last.seq;
  if (ends) spans.push({ first: last.seq + 1, last: anchor.count, kind: 'cut' });
  const { good, bad } = sortSeals(connection, seals, floor.start.seq);
  const open = [...spans, ...bad].flatMap((span) => without(span, [...good.values()]));
  const broken = merged(open).map((span) => partOf(connection, span, anchor.count));
  const wrongEnd = anchor.finding ?? wrongAnchor(connection, anchor, last, spans);
  return {
    entries,
    broken: [
      ...(floor.finding === undefined ? [] : [{ part: 'floor' as const, finding: floor.finding }]),
      ...broken,
      ...(wrongEnd === undefined ? [] : [{ part: 'anchor' as const, finding: wrongEnd }]),
    ],
    sealed: seals.filter((seal) => seal.part !== 'entries' || good.has(seal)).map(sealedPart),
    start: floor.start,
    end: ends ? { seq: anchor.count, mac: last.mac } : last,
    was: { anchor: anchor.was, floor: floor.was },
  };
}

const PAGE_ROWS = 1000;
/** Larger numbers are not exact in JavaScript. */
const MOST = Number.MAX_SAFE_INTEGER;
/** A log that goes on beyond this is not repaired: numbers must be left for all entries to come. */
const LAST_SEALED = MOST / 2;

/** Numbers as text: node:sqlite refuses to read those that are not exact in JavaScript. */
function sqlOf(connection: Connection): string {
  return `SELECT CAST(seq AS TEXT) AS place, CAST(time AS TEXT) AS moment, ${readableColumns(connection)} FROM audit
    WHERE seq > CAST(? AS INTEGER) ORDER BY audit.seq LIMIT ${PAGE_ROWS}`;
}

function* rowsOf(connection: Connection): Generator<Row & { readonly seq: number }> {
  const sql = sqlOf(connection);
  for (let after = '-9223372036854775808'; ; ) {
    const rows = connection.all(sql, [after]);
    for (const { place, ...row } of rows) {
      const seq = Number(place);
      if (Math.abs(seq) > MOST) throw noRoom(String(place));
      yield { ...row, seq };
    }
    if (rows.length < PAGE_ROWS) return;
    after = String(rows.at(-1)?.['place']);
  }
}

function walk(connection: Connection, key: KeyObject, start: Link) {
  const spans: Span[] = [];
  const seals: Seal[] = [];
  const erasures = createErasureCheck();
  let entries = 0;
  let last = start;
  const note = (first: number, until: number, kind: Kind) => {
    const before = spans.at(-1);
    if (before?.kind === kind && before.last === first - 1) spans[spans.length - 1] = { ...before, last: until };
    else spans.push({ first, last: until, kind });
  };
  for (const row of rowsOf(connection)) {
    const { seq } = row;
    entries += 1;
    if (seq <= start.seq) {
      note(seq, seq, 'before');
      continue;
    }
    if (seq > last.seq + 1) note(last.seq + 1, seq - 1, 'missing');
    const entry = chainedEntryOf(row);
    const fault = faultOf(key, last.mac, { ...row, time: Number(row['moment']) }, entry);
    const erasers = erasersOf(key, entry);
    if (fault === undefined) {
      erasures.note(entry, erasers);
      const seal = sealIn(entry);
      if (seal !== undefined) seals.push(seal);
    } else {
      note(seq, seq, fault);
      erasures.noteErased(erasers);
    }
    last = { seq, mac: entry.mac };
  }
  for (const { seq } of erasures.findings(start.seq + 1)) spans.push({ first: seq, last: seq, kind: 'unerased' });
  return { entries, spans, seals, last };
}

/** Which seals hold, and what was changed after it was sealed. Seals that a later one covers, or of pruned entries, do not count. */
function sortSeals(connection: Connection, seals: readonly Seal[], floor: number) {
  const good = new Map<Seal, Span>();
  const bad: Span[] = [];
  for (const seal of seals.toReversed()) {
    const { first, last, by, digest, format } = seal;
    if (first === undefined || last === undefined) continue;
    const span: Span = { first, last, kind: 'resealed', by };
    if (without(span, [...good.values()]).length === 0) continue;
    if (last <= floor && countOf(connection, span) === 0) continue;
    if (sealDigest(connection, first, last, format) === digest) good.set(seal, span);
    else bad.push(span);
  }
  return { good, bad };
}

interface Anchor {
  readonly count: number;
  readonly head: Uint8Array;
  readonly isSound: boolean;
  readonly finding?: string;
  readonly was: string;
}

function anchorIn(connection: Connection, key: KeyObject): Anchor {
  const row = connection.get('SELECT CAST(count AS TEXT) AS count, head, mac FROM audit_anchor');
  if (row === undefined) {
    return { count: 0, head: GENESIS, isSound: false, finding: 'the anchor of the log is gone', was: 'there was none' };
  }
  const [count, head, mac] = [Number(row['count']), row['head'] as Uint8Array, row['mac'] as Uint8Array];
  const was = `it said entry ${row['count']}, head ${hex(head)}, HMAC ${hex(mac)}`;
  if (equal(anchorMac(key, count, head), mac)) return { count, head, isSound: true, was };
  return { count: 0, head, isSound: false, finding: 'the anchor of the log is not what was written', was };
}

/** What is wrong with an anchor whose HMAC is right; undefined where broken entries account for it. */
function wrongAnchor(connection: Connection, { count, head }: Anchor, last: Link, spans: readonly Span[]) {
  if (count > last.seq) return undefined;
  const beyond = without({ first: count + 1, last: last.seq, kind: 'changed' }, spans);
  if (count < last.seq && beyond.length > 0) {
    return `the anchor of the log was set back: it names entry ${count}, and the log goes on to entry ${last.seq}`;
  }
  const mac = connection.get('SELECT mac FROM audit WHERE seq = ?', [count])?.['mac'];
  if (mac instanceof Uint8Array && equal(mac, head)) return undefined;
  if (spans.some(({ first, last: until }) => first <= count && count <= until)) return undefined;
  return count === 0 && mac === undefined ? undefined : `the log does not end where it was anchored, at entry ${count}`;
}

function floorIn(connection: Connection, key: KeyObject, anchor: Anchor) {
  const row = connection.get('SELECT CAST(seq AS TEXT) AS seq, head, mac FROM audit_floor');
  if (row === undefined) return { start: { seq: 0, mac: GENESIS }, was: 'there was none' };
  const [seq, head, mac] = [Number(row['seq']), row['head'] as Uint8Array, row['mac'] as Uint8Array];
  const was = `it said entry ${row['seq']}, head ${hex(head)}, HMAC ${hex(mac)}`;
  if (equal(floorMac(key, seq, head), mac)) return { start: { seq, mac: head }, was };
  const first = connection.get('SELECT CAST(min(seq) AS TEXT) AS seq FROM audit')?.['seq'];
  const begin = typeof first === 'string' ? Number(first) - 1 : Math.min(Math.max(seq, 0), anchor.count);
  if (Math.abs(begin) > MOST) throw noRoom(String(first));
  const finding = `where the log was pruned, before entry ${begin + 1}, is not what was written`;
  return { start: { seq: begin, mac: head }, was, finding };
}

function partOf(connection: Connection, span: Span, count: number): BrokenPart {
  const { first, last, kind, by } = span;
  const sentences: Record<Kind, string> = {
    before: `entry ${first} stands before the beginning of the log`,
    missing: `entry ${first} is missing`,
    cut: `the log was cut: entry ${first} of ${count} is missing`,
    changed: `entry ${first} is not what was written, or not where it was`,
    filed: `entry ${first} is filed under another user`,
    unerased: `entry ${first} says that it erased more or fewer entries than there are`,
    resealed: `entries ${first} to ${last} are not what entry ${by} sealed`,
  };
  return { part: 'entries', first, last, entries: countOf(connection, span), finding: sentences[kind] };
}

function countOf(connection: Connection, { first, last }: Span): number {
  return Number(connection.get('SELECT count(*) AS n FROM audit WHERE seq >= ? AND seq <= ?', [first, last])?.['n']);
}

/** Refuses (`store-damaged`) to append after an entry that leaves too few numbers. */
export function refuseNoRoom(seq: number): void {
  if (seq > LAST_SEALED) throw noRoom(String(seq));
}

function noRoom(place: string): OtpctlError {
  return new OtpctlError(
    'store-damaged',
    `entry ${place} stands where no entry can be, and nothing can follow it`,
    'restore the store from a backup',
  );
}
