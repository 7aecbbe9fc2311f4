import { setImmediate } from 'node:timers/promises';
import type { AuditEvent } from '../../domain/audit.ts';
import type { DeviceStatus } from '../../domain/device.ts';
import type { Instant } from '../../domain/instant.ts';
import { statusChange } from '../../domain/lifecycle.ts';
import { type BeforeState, changedMeanwhile, type Run, type Target } from '../../domain/run.ts';
import { statusWord } from '../../domain/status-words.ts';
import type { BulkPlace } from '../../ports/bulk-place.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JournalRow } from '../../ports/journal.ts';
import type { StoreKeys } from '../store-keys.ts';
import { openAudit } from './audit-chain.ts';
import type { Connection, Row } from './connection.ts';
import { createRunJournal, journalRowOf, settleRow } from './run-journal.ts';
import { readStoreRow } from './store-row.ts';

/** Rows of a transaction: enough to be fast, few enough that nobody who waits to verify a code notices. */
const BATCH = 5000;
/** Users that are looked up at once. */
const USERS = 5000;

/** Changes devices of a store in bulk: batches in one transaction each, with their audit entries and their journal. */
export function createBulkStore(
  connection: Connection,
  keys: () => Promise<StoreKeys>,
  clock: Clock,
): Omit<BulkPlace, 'backend' | 'close'> {
  const name = `store ${readStoreRow(connection).storeId}`;
  return {
    name,
    journal: createRunJournal(connection, name),

    async enabled(users) {
      const counts = new Map<string, number>();
      const all = [...users];
      for (let at = 0; at < all.length; at += USERS) {
        const sql = `SELECT user_fold, count(*) AS n FROM devices
                     WHERE user_fold IN (SELECT value FROM json_each(?)) AND status = 'V' GROUP BY user_fold`;
        for (const { user_fold, n } of connection.iterate(sql, [JSON.stringify(all.slice(at, at + USERS))])) {
          counts.set(user_fold as string, n as number);
        }
      }
      return counts;
    },

    async *change(run, stop) {
      const unwrapped = await keys();
      connection.exec('PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -24000');
      for (let after = 0; !stop.aborted; ) {
        const batch = connection.immediate(() => changeBatch(connection, unwrapped, run, after, clock));
        if (batch === undefined) return;
        after = batch.last;
        yield batch.rows;
        // A signal is heard between batches only.
        await setImmediate();
      }
    },
  };
}

const SPAN = 'run = ? AND position BETWEEN ? AND ?';

/** Settles, of a span of rows, those that wait and whose devices are what they were; what these were is written down. */
const SETTLE = `
  UPDATE run_rows SET outcome = 'changed', before_fails = d.fails, before_lock = d.status_before_lock
  FROM devices AS d
  WHERE ${SPAN} AND outcome = 'waiting' AND d.id = CAST(run_rows.device_id AS INTEGER)
    AND d.status = status_from AND d.last_used IS run_rows.last_used`;

/** A span of rows, each beside its device as it is now. */
const ROWS = `
  SELECT r.*, d.status, d.last_used AS used
  FROM run_rows r LEFT JOIN devices d ON d.id = CAST(r.device_id AS INTEGER)
  WHERE r.${SPAN.replace('position', 'r.position')} AND r.outcome IN ('waiting', 'changed') ORDER BY r.position`;

/** The devices of those rows of a span that are to change, or have. */
const DEVICES = `SELECT CAST(device_id AS INTEGER) FROM run_rows WHERE ${SPAN} AND outcome = 'changed'`;

type Span = readonly [run: number, first: number, last: number];

/** Settles the next rows of a run in the caller's transaction; undefined when none waits. */
function changeBatch(connection: Connection, keys: StoreKeys, run: Run, after: number, clock: Clock) {
  const span = nextSpan(connection, run, after);
  if (span === undefined) return undefined;
  connection.run(SETTLE, span);
  const rows = Array.from(connection.iterate(ROWS, span), (found) => settled(connection, run, found));
  const now = clock.now();
  changeDevices(connection, rows, span, now);
  const audit = openAudit(connection, keys.audit);
  for (const row of rows) if (row.outcome === 'changed') audit.append(eventOf(run, row, now));
  audit.close();
  return { rows, last: span[2] };
}

/** The next rows that wait, up to the first one that was changed before. */
function nextSpan(connection: Connection, { id }: Run, after: number): Span | undefined {
  const run = Number(id);
  const waiting = `SELECT min(position) AS first, max(position) AS last FROM (
    SELECT position FROM run_rows WHERE run = ? AND position > ? AND outcome = 'waiting' ORDER BY position LIMIT ?)`;
  const found = connection.get(waiting, [run, after, BATCH]);
  const [first, last] = [found?.['first'], found?.['last']];
  if (typeof first !== 'number' || typeof last !== 'number') return undefined;
  const changed = `SELECT min(position) AS position FROM run_rows WHERE ${SPAN} AND outcome = 'changed'`;
  const between = connection.get(changed, [run, first, last])?.['position'];
  return [run, first, typeof between === 'number' ? between - 1 : last];
}

/** A row as it was settled; one that was not is left alone, and why is written down. */
function settled(connection: Connection, run: Run, found: Row): JournalRow {
  const row = journalRowOf(found);
  if (row.outcome === 'changed') return row;
  const status = found['status'] as DeviceStatus | null;
  const lastUsed = (found['used'] as number | null) ?? undefined;
  const reason = changedMeanwhile(row, status === null ? undefined : { status, lastUsed }) ?? 'changed meanwhile';
  const skipped = { ...row, outcome: 'skipped', reason } as const;
  settleRow(connection, run.id, skipped);
  return skipped;
}

/** Changes the devices of a span, those that change alike in one statement. */
function changeDevices(connection: Connection, rows: readonly JournalRow[], span: Span, now: Instant): void {
  const changed = rows.filter(({ outcome }) => outcome === 'changed');
  for (const row of changed) if (row.restore !== undefined) restore(connection, row, row.restore, now);
  const alike = new Map(changed.filter((row) => row.restore === undefined).map((row) => [row.from + row.to, row]));
  for (const { from, to } of alike.values()) {
    const among = `IN (${DEVICES} AND status_from = ? AND status_to = ? AND restore_fails IS NULL)`;
    if (to === 'deleted') {
      connection.run(`DELETE FROM devices WHERE id ${among}`, [...span, from, to]);
      continue;
    }
    const next = statusChange({ status: from, fails: 1 }, to);
    const [fails, lock] = [next?.fails === 0 ? '0' : 'fails', next?.statusBeforeLock ?? null];
    connection.run(
      `UPDATE devices SET modified = ?, status = ?, fails = ${fails}, status_before_lock = ? WHERE id ${among}`,
      [now, to, lock, ...span, from, to],
    );
  }
  // A code that was under way when a device was barred is not good after it is back.
  connection.run(`DELETE FROM challenges WHERE device_id IN (${DEVICES} AND status_to IN ('L', 'D'))`, span);
}

/** Takes a change back: all of what the device was. */
function restore(connection: Connection, row: JournalRow, before: BeforeState, now: Instant): void {
  connection.run('UPDATE devices SET modified = ?, status = ?, fails = ?, status_before_lock = ? WHERE id = ?', [
    now,
    row.to,
    before.fails,
    before.statusBeforeLock ?? null,
    Number(row.id),
  ]);
}

function eventOf(run: Run, { id, name, user, from, to }: JournalRow, now: Instant): AuditEvent {
  return {
    ...run.origin,
    time: now,
    action: ACTIONS[to],
    object: `device ${id} ${name} of ${user}`,
    result: `ok: ${statusWord(from)} to ${statusWord(to)} in run ${run.id}`,
    deviceId: id,
    user,
  };
}

const ACTIONS: Record<Target, string> = {
  C: 'device.update',
  V: 'device.enable',
  L: 'device.lock',
  D: 'device.disable',
  deleted: 'device.delete',
};
