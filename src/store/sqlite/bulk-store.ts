import { setImmediate } from 'node:timers/promises';
import type { DeviceStatus } from '../../domain/device.ts';
import type { Instant } from '../../domain/instant.ts';
import { type StatusChange, statusChange } from '../../domain/lifecycle.ts';
import { changedMeanwhile, type Run, type Target } from '../../domain/run.ts';
import { statusWord } from '../../domain/status-words.ts';
import type { BulkPlace } from '../../ports/bulk-place.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JournalRow } from '../../ports/journal.ts';
import type { StoreKeys } from '../store-keys.ts';
import { type AuditAppender, openAudit } from './audit-chain.ts';
import type { Connection, Row } from './connection.ts';
import { createRunJournal, journalRowOf, settleRow } from './run-journal.ts';
import { readStoreRow } from './store-row.ts';

/** Rows of a transaction: enough to be fast, few enough that nobody who waits to verify a code notices. */
const BATCH = 2000;
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
      for (let after = 0; !stop.aborted; ) {
        const rows = connection.immediate(() => changeBatch(connection, unwrapped, run, after, clock));
        const last = rows.at(-1);
        if (last === undefined) return;
        after = last.position;
        yield rows;
        // A signal is heard between batches only.
        await setImmediate();
      }
    },
  };
}

/** The rows of a run that wait, each beside its device as it is now. */
const WAITING = `
  SELECT r.*, d.status, d.last_used AS used, d.fails, d.status_before_lock
  FROM run_rows r LEFT JOIN devices d ON d.id = CAST(r.device_id AS INTEGER)
  WHERE r.run = ? AND r.position > ? AND r.outcome = 'waiting' ORDER BY r.position LIMIT ?`;

function changeBatch(
  connection: Connection,
  keys: StoreKeys,
  run: Run,
  after: number,
  clock: Clock,
): readonly JournalRow[] {
  const rows = Array.from(connection.iterate(WAITING, [Number(run.id), after, BATCH]));
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const audit = openAudit(connection, keys.audit);
  const work = { connection, audit, run, now: clock.now() };
  const settled = rows.map((row) => settle(work, row));
  // A code that was under way when a device was barred is not good after it is back.
  connection.run(
    `DELETE FROM challenges WHERE device_id IN (
       SELECT CAST(device_id AS INTEGER) FROM run_rows
       WHERE run = ? AND position BETWEEN ? AND ? AND outcome = 'changed' AND status_to IN ('L', 'D'))`,
    [Number(run.id), first['position'] as number, last['position'] as number],
  );
  audit.close();
  return settled;
}

interface Work {
  readonly connection: Connection;
  readonly audit: AuditAppender;
  readonly run: Run;
  readonly now: Instant;
}

/** Changes one device, or finds why not, and writes down which. */
function settle(work: Work, found: Row): JournalRow {
  const row = journalRowOf(found);
  const settled = changeRow(work, row, found);
  settleRow(work.connection, work.run.id, settled);
  return settled;
}

function changeRow({ connection, audit, run, now }: Work, row: JournalRow, found: Row): JournalRow {
  const status = found['status'] as DeviceStatus | null;
  const lastUsed = (found['used'] as number | null) ?? undefined;
  const reason = changedMeanwhile(row, status === null ? undefined : { status, lastUsed });
  if (reason !== undefined || status === null) return { ...row, outcome: 'skipped', ...(reason && { reason }) };
  const fails = found['fails'] as number;
  const lock = found['status_before_lock'] as 'C' | 'V' | null;
  const key = Number(row.id);
  if (row.to === 'deleted') {
    connection.run('DELETE FROM devices WHERE id = ?', [key]);
  } else {
    const next = changeOf(row, { status, fails }, row.to);
    connection.run('UPDATE devices SET modified = ?, status = ?, fails = ?, status_before_lock = ? WHERE id = ?', [
      now,
      next.status,
      next.fails,
      next.statusBeforeLock ?? null,
      key,
    ]);
  }
  audit.append({
    ...run.origin,
    time: now,
    action: ACTIONS[row.to],
    object: `device ${row.id} ${row.name} of ${row.user}`,
    result: `ok: ${statusWord(status)} to ${statusWord(row.to)} in run ${run.id}`,
    deviceId: row.id,
    user: row.user,
  });
  return { ...row, outcome: 'changed', before: { fails, ...(lock !== null && { statusBeforeLock: lock }) } };
}

/** What the status makes of a device; an undo brings back all of what it was. */
function changeOf(row: JournalRow, now: { status: DeviceStatus; fails: number }, to: DeviceStatus): StatusChange {
  if (row.restore !== undefined) {
    const { fails, statusBeforeLock } = row.restore;
    return { status: to, fails, statusBeforeLock };
  }
  return statusChange(now, to) ?? { status: to, fails: now.fails, statusBeforeLock: undefined };
}

const ACTIONS: Record<Target, string> = {
  C: 'device.update',
  V: 'device.enable',
  L: 'device.lock',
  D: 'device.disable',
  deleted: 'device.delete',
};
