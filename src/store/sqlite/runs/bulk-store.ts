import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import type { AuditEvent } from '../../../domain/audit/audit.ts';
import { type AuditAction, STATUS_ACTIONS } from '../../../domain/audit/audit-actions.ts';
import type { DeviceStatus } from '../../../domain/device/device.ts';
import { statusWord } from '../../../domain/device/device.ts';
import { statusChange } from '../../../domain/device/lifecycle.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { Run } from '../../../domain/run/run.ts';
import { CHANGED, changedMeanwhile, type DeviceChange, type Target } from '../../../domain/run/run-row.ts';
import type { BulkBackend } from '../../../ports/bulk/bulk-backend.ts';
import type { JournalRow } from '../../../ports/bulk/journal.ts';
import type { Clock } from '../../../ports/system/clock.ts';
import type { StoreKeys } from '../../store-keys.ts';
import { openAudit } from '../audit/audit-chain.ts';
import type { Connection, Parameters, Row } from '../connection/connection.ts';
import { readStoreRow } from '../rows/store-row.ts';
import { noteEnrolled } from '../rows/user-rows.ts';
import { createOrderedSince, orderedAfter } from './ordered-since.ts';
import { changeOf, createRunJournal, settleRow } from './run-journal.ts';
import { tooManyDevices } from './too-many-devices.ts';
import { findUsersLeftWithout } from './users-left-without.ts';

/** Rows of a transaction: enough to be fast, few enough that nobody who waits to verify a code notices. */
const BATCH = 5000;

/** A store as bulk runs need it, but for its backend. */
export type BulkStore = Omit<BulkBackend, 'backend' | 'close'>;

/** A run that is to be slow has ten batches a second. */
function batchOf({ options: { rate } }: Run): number {
  return rate === undefined ? BATCH : Math.min(BATCH, Math.max(1, Math.floor(rate / 10)));
}

/** Changes devices of a store in bulk: batches in one transaction each, with their audit entries and their journal. */
export function createBulkStore(connection: Connection, keys: () => Promise<StoreKeys>, clock: Clock): BulkStore {
  const name = `store ${readStoreRow(connection).storeId}`;
  return {
    name,
    journal: createRunJournal(connection, name),

    async planSeal() {
      const { createPlanSeal } = await import('../../store-keys.ts');
      return createPlanSeal(await keys(), readStoreRow(connection).storeId);
    },

    lockedFrom(ids) {
      const locked = connection.all(
        `SELECT CAST(id AS TEXT) AS id, coalesce(status_before_lock, 'C') AS before FROM devices
         WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) AND status = 'L'`,
        [JSON.stringify(ids)],
      );
      return new Map(locked.map(({ id, before }) => [id as string, before as 'C' | 'V']));
    },

    orderedSince: (run) => createOrderedSince(connection, run.id)(),
    orderedAfter: (moment) => orderedAfter(connection, moment),

    usersLeftWithout: async (going) => findUsersLeftWithout(connection, going),

    async *change(run, stop) {
      const unwrapped = await keys();
      // What a statement of many rows would have to undo is kept by SQLite page by page: in memory, not in a file.
      connection.exec('PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -24000; PRAGMA temp_store = MEMORY');
      const { undoes } = run;
      const since = undoes === undefined ? () => NOBODY : createOrderedSince(connection, undoes, run.id);
      for (let after = 0; !stop.aborted; ) {
        const batch = connection.immediate(() =>
          changeBatch(connection, unwrapped, run, { after, clock, leave: since() }),
        );
        if (batch === undefined) return;
        after = batch.last;
        yield batch.rows;
        const { rate } = run.options;
        if (rate !== undefined) await pause((1000 * batch.rows.length) / rate);
        // A signal is heard between batches only.
        await setImmediate();
      }
    },
  };
}

const NOBODY: ReadonlyMap<string, string> = new Map();

const SPAN = 'run = ? AND position BETWEEN ? AND ?';

/**
 * Settles, of a span of rows, those that wait and whose devices are who and what they were; what these were is written
 * down. A row may come from a file: what the log says of one is what its device says of itself.
 */
const SETTLE = `
  UPDATE run_rows SET outcome = 'changed', before_fails = d.fails, before_lock = d.status_before_lock
  FROM devices AS d
  WHERE ${SPAN} AND outcome = 'waiting' AND d.id = CAST(run_rows.device_id AS INTEGER)
    AND CAST(d.id AS TEXT) = run_rows.device_id AND d.name = run_rows.name AND d.user = run_rows.user
    AND d.status = status_from AND d.last_used IS run_rows.last_used`;

/** The same without devices whose ids are in a list, as JSON. */
const SETTLE_OTHERS = `${SETTLE} AND run_rows.device_id NOT IN (SELECT value FROM json_each(?))`;

const JOURNALLED = `r.position, r.device_id, r.name, r.user, r.status_from, r.status_to, r.last_used, r.rule, r.outcome,
  r.reason, r.before_fails, r.before_lock, r.restore_fails, r.restore_lock`;
const IN_SPAN = `r.${SPAN.replace('position', 'r.position')}`;

/** The rows of a span that are settled already, as far as they are told of, with what else an entry says of their devices. */
const SETTLED = `
  SELECT r.position, r.device_id, r.name, r.user, r.status_from, r.status_to, r.rule, r.outcome, r.restore_fails,
    r.restore_lock, d.type, CAST(d.user_id AS TEXT) AS user_id
  FROM run_rows r LEFT JOIN devices d ON d.id = CAST(r.device_id AS INTEGER)
  WHERE ${IN_SPAN} AND r.outcome = 'changed' ORDER BY r.position`;

/** Those that are not, each beside its device as it is now. */
const UNSETTLED = `
  SELECT ${JOURNALLED}, d.status, d.last_used AS used, d.name AS found_name, d.user AS found_user
  FROM run_rows r LEFT JOIN devices d ON d.id = CAST(r.device_id AS INTEGER) AND CAST(d.id AS TEXT) = r.device_id
  WHERE ${IN_SPAN} AND r.outcome = 'waiting' ORDER BY r.position`;

/** The devices of those rows of a span that are to change, or have. */
const DEVICES = `SELECT CAST(device_id AS INTEGER) FROM run_rows WHERE ${SPAN} AND outcome = 'changed'`;

/** Takes changes back: each device of a span that an undo changes is again all of what it was. */
const RESTORE = `
  UPDATE devices SET version = version + 1, modified = ?, status = r.status_to, fails = r.restore_fails, status_before_lock = r.restore_lock
  FROM run_rows AS r
  WHERE ${IN_SPAN} AND r.outcome = 'changed' AND r.restore_fails IS NOT NULL
    AND devices.id = CAST(r.device_id AS INTEGER)`;

type Span = readonly [run: number, first: number, last: number];

interface BatchOptions {
  /** The position of the last row of the batch before. */
  readonly after: number;
  readonly clock: Clock;
  /** Ids of devices that are left alone, whatever they are now, and why. */
  readonly leave: ReadonlyMap<string, string>;
}

/** Settles the next rows of a run in the caller's transaction; undefined when none waits. */
function changeBatch(connection: Connection, keys: StoreKeys, run: Run, { after, clock, leave: given }: BatchOptions) {
  const span = nextSpan(connection, run, after);
  if (span === undefined) return undefined;
  const leave = new Map([...tooManyDevices(connection, span, given), ...given]);
  if (leave.size === 0) connection.run(SETTLE, span);
  else connection.run(SETTLE_OTHERS, [...span, JSON.stringify([...leave.keys()])]);
  const settled = connection.all(SETTLED, span);
  const changed = settled.map(changeOf);
  const skipped = connection.all(UNSETTLED, span).map((found) => skip(connection, run, found, leave));
  const now = clock.now();
  changeDevices(connection, changed, span, now);
  const audit = openAudit(connection, keys.audit);
  for (const [at, row] of changed.entries()) audit.append(eventOf(run, row, settled[at] ?? {}, now));
  audit.close();
  const rows = skipped.length === 0 ? changed : [...changed, ...skipped].sort((a, b) => a.position - b.position);
  return { rows, last: span[2] };
}

/** The next rows that wait, up to the first one that was changed before. */
function nextSpan(connection: Connection, of: Run, after: number): Span | undefined {
  const run = Number(of.id);
  const waiting = `
    SELECT position FROM run_rows WHERE run = ? AND position > ? AND outcome = 'waiting' ORDER BY position LIMIT 1`;
  const first = connection.get(waiting, [run, after])?.['position'];
  if (typeof first !== 'number') return undefined;
  const last = first + batchOf(of) - 1;
  const changed = `SELECT min(position) AS position FROM run_rows WHERE ${SPAN} AND outcome = 'changed'`;
  const between = connection.get(changed, [run, first, last])?.['position'];
  return [run, first, typeof between === 'number' ? between - 1 : last];
}

/** Leaves a row alone that could not be settled, and writes down why. */
function skip(
  connection: Connection,
  run: Run,
  found: Row,
  leave: ReadonlyMap<string, string>,
): JournalRow<DeviceChange> {
  const row = changeOf(found);
  const status = found['status'] as DeviceStatus | null;
  const [name, user] = [found['found_name'] as string, found['found_user'] as string];
  const lastUsed = (found['used'] as number | null) ?? undefined;
  const reason =
    changedMeanwhile(row, status === null ? undefined : { name, user, status, lastUsed }) ??
    leave.get(row.id) ??
    CHANGED;
  const skipped = { ...row, outcome: 'skipped', reason } as const;
  settleRow(connection, run.id, skipped);
  return skipped;
}

/** Of a device that stands for others: its change says whether theirs sets fails to 0. */
const SOME_FAILS = 1;

/** Changes the devices of a span, those that change alike in one statement. */
function changeDevices(
  connection: Connection,
  changed: readonly JournalRow<DeviceChange>[],
  span: Span,
  now: Instant,
): void {
  if (changed.some((row) => row.restore !== undefined)) connection.run(RESTORE, [now, ...span]);
  const alike = new Map(changed.filter((row) => row.restore === undefined).map((row) => [row.from + row.to, row]));
  for (const { from, to } of alike.values()) {
    const among = `IN (${DEVICES} AND status_from = ? AND status_to = ? AND restore_fails IS NULL)`;
    if (to === 'deleted') {
      connection.run(`DELETE FROM devices WHERE id ${among}`, [...span, from, to]);
      continue;
    }
    const next = statusChange({ status: from, fails: SOME_FAILS }, to);
    const [fails, lock] = [next?.fails === 0 ? '0' : 'fails', next?.statusBeforeLock ?? null];
    connection.run(
      `UPDATE devices SET version = version + 1, modified = ?, status = ?, fails = ${fails}, status_before_lock = ? WHERE id ${among}`,
      [now, to, lock, ...span, from, to],
    );
  }
  if (changed.some(({ to }) => to === 'V')) {
    noteEnrolled(connection, `IN (${DEVICES} AND status_to = 'V')`, span, now);
  }
  // A code that was under way when a device was barred is not good after it is back.
  endChallenges(connection, `IN (${DEVICES} AND status_to IN ('L', 'D'))`, span);
}

/** Ends the challenges of devices; `which` follows `device_id`. The positions of a PIN stay: see `pin.challenge`. */
function endChallenges(connection: Connection, which: string, bound: Parameters): void {
  connection.run(`DELETE FROM challenges WHERE positions IS NULL AND device_id ${which}`, bound);
  connection.run(`UPDATE challenges SET expires = created - 1 WHERE device_id ${which}`, bound);
}

function eventOf(
  run: Run,
  { id, name, user, from, to, rule }: JournalRow<DeviceChange>,
  device: Row,
  now: Instant,
): AuditEvent {
  // Of devices that somebody named the rule is the order.
  const isUnlock = rule === 'unlock' && from === 'L';
  return {
    ...run.origin,
    time: now,
    action: isUnlock ? 'device.unlock' : ACTIONS[to],
    object: `device ${id} ${name} of ${user}`,
    result: `ok: ${statusWord(from)} to ${statusWord(to)} in run ${run.id}`,
    deviceId: id,
    type: String(device['type']),
    user,
    ...(typeof device['user_id'] === 'string' && { userId: device['user_id'] }),
    run: run.id,
  };
}

const ACTIONS: Record<Target, AuditAction> = { ...STATUS_ACTIONS, deleted: 'device.delete' };
