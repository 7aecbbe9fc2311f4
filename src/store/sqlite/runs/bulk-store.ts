import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import type { AuditEvent } from '../../../domain/audit/audit.ts';
import { type AuditAction, STATUS_ACTIONS } from '../../../domain/audit/audit-actions.ts';
import type { DeviceStatus } from '../../../domain/device/device.ts';
import { statusWord } from '../../../domain/device/device.ts';
import { statusChange } from '../../../domain/device/lifecycle.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { Run } from '../../../domain/run/run.ts';
import { CHANGED, changedMeanwhile, type DeviceChange, type Target } from '../../../domain/run/run-row.ts';
import { placeWithin } from '../../../domain/scope.ts';
import type { BulkBackend } from '../../../ports/bulk/bulk-backend.ts';
import type { JournalRow } from '../../../ports/bulk/journal.ts';
import type { Clock } from '../../../ports/system/clock.ts';
import type { StoreKeys } from '../../store-keys.ts';
import { openAudit } from '../audit/audit-chain.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { readStoreRow } from '../rows/store-row.ts';
import { andWithin, noteEnrolled, type UsersWithin } from '../rows/user-rows.ts';
import { deviceMac, failsIn, movedHead, versionIn } from '../signing/device-signature.ts';
import { SIGNED_DEVICE, type SignedDevice, signDevice, signedDevice } from '../signing/signed-devices.ts';
import { isGenuineUser } from '../signing/signed-users.ts';
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
export function createBulkStore(
  connection: Connection,
  keys: () => Promise<StoreKeys>,
  clock: Clock,
  scope?: UsersWithin,
): BulkStore {
  const name = placeWithin(`store ${readStoreRow(connection).storeId}`, scope?.text);
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
         WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) AND status = 'L'${andWithin(scope, 'devices.user_id')}`,
        [JSON.stringify(ids), ...(scope?.parameters ?? [])],
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
          changeBatch(connection, unwrapped, run, { after, clock, leave: since(), scope }),
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
const settleOf = (scope: UsersWithin | undefined) => `
  UPDATE run_rows SET outcome = 'changed', before_fails = d.fails, before_lock = d.status_before_lock
  FROM devices AS d
  WHERE ${SPAN} AND outcome = 'waiting' AND d.id = CAST(run_rows.device_id AS INTEGER)
    AND CAST(d.id AS TEXT) = run_rows.device_id AND d.name = run_rows.name AND d.user = run_rows.user
    AND d.status = status_from AND d.last_used IS run_rows.last_used${andWithin(scope, 'd.user_id')}`;

/** Follows it: without devices whose ids are in a list, as JSON. */
const WITHOUT = ' AND run_rows.device_id NOT IN (SELECT value FROM json_each(?))';

const JOURNALLED = `r.position, r.device_id, r.name, r.user, r.status_from, r.status_to, r.last_used, r.rule, r.outcome,
  r.reason, r.before_fails, r.before_lock, r.restore_fails, r.restore_lock`;
const IN_SPAN = `r.${SPAN.replace('position', 'r.position')}`;

/** The rows of a span that are settled already, as far as they are told of, with what else an entry says of their devices. */
const SETTLED = `
  SELECT r.position, r.device_id, r.name, r.user, r.status_from, r.status_to, r.rule, r.outcome, r.restore_fails,
    r.restore_lock, d.type, CAST(d.user_id AS TEXT) AS user_id
  FROM run_rows r LEFT JOIN devices d ON d.id = CAST(r.device_id AS INTEGER)
  WHERE ${IN_SPAN} AND r.outcome = 'changed' ORDER BY r.position`;

/** Those that are not, each beside its device as it is now, if that is in the scope. */
const unsettledOf = (scope: UsersWithin | undefined) => `
  SELECT ${JOURNALLED}, d.status, d.last_used AS used, d.name AS found_name, d.user AS found_user
  FROM run_rows r LEFT JOIN devices d ON d.id = CAST(r.device_id AS INTEGER) AND CAST(d.id AS TEXT) = r.device_id${andWithin(scope, 'd.user_id')}
  WHERE ${IN_SPAN} AND r.outcome = 'waiting' ORDER BY r.position`;

/** The devices of those rows of a span that are to change, or have. */
const DEVICES = `SELECT CAST(device_id AS INTEGER) FROM run_rows WHERE ${SPAN} AND outcome = 'changed'`;

/** The devices of those rows of a span that wait, with what is signed of them. */
const signedOf = (scope: UsersWithin | undefined) => `
  SELECT ${SIGNED_DEVICE} FROM run_rows r CROSS JOIN devices ON devices.id = CAST(r.device_id AS INTEGER)
  WHERE ${IN_SPAN} AND r.outcome = 'waiting'${andWithin(scope, 'devices.user_id')}`;

type Span = readonly [run: number, first: number, last: number];

interface BatchOptions {
  /** The position of the last row of the batch before. */
  readonly after: number;
  readonly clock: Clock;
  /** Ids of devices that are left alone, whatever they are now, and why. */
  readonly leave: ReadonlyMap<string, string>;
  /** Devices of others are not there. */
  readonly scope: UsersWithin | undefined;
}

/** Settles the next rows of a run in the caller's transaction; undefined when none waits. */
function changeBatch(connection: Connection, keys: StoreKeys, run: Run, options: BatchOptions) {
  const { after, clock, leave: given, scope } = options;
  const bound = scope?.parameters ?? [];
  const span = nextSpan(connection, run, after);
  if (span === undefined) return undefined;
  const signed = new Map<string, SignedDevice>();
  const forged = new Map<string, string>();
  for (const row of connection.all(signedOf(scope), [...span, ...bound])) {
    const device = signedDevice(connection, keys.rows, row);
    if (device === undefined) forged.set(String(row['id']), FORGED);
    else signed.set(String(row['id']), device);
  }
  if (scope !== undefined) for (const id of ofForgedUsers(connection, keys, span, scope)) forged.set(id, FORGED);
  const leave = new Map([...forged, ...tooManyDevices(connection, span, given), ...given]);
  const settle = settleOf(scope);
  if (leave.size === 0) connection.run(settle, [...span, ...bound]);
  else connection.run(settle + WITHOUT, [...span, ...bound, JSON.stringify([...leave.keys()])]);
  const settled = connection.all(SETTLED, span);
  const changed = settled.map(changeOf);
  const skipped = connection
    .all(unsettledOf(scope), [...bound, ...span])
    .map((found) => skip(connection, run, found, leave));
  const now = clock.now();
  const audit = openAudit(connection, keys.audit);
  const entries = changed.map((row, at) => audit.append(eventOf(run, row, settled[at] ?? {}, now)));
  audit.close();
  for (const [at, row] of changed.entries())
    changeDevice(connection, keys, row, signed.get(row.id), entries[at] ?? 0, now);
  endAll(connection, keys, changed, span, now);
  const rows = skipped.length === 0 ? changed : [...changed, ...skipped].sort((a, b) => a.position - b.position);
  return { rows, last: span[2] };
}

const FORGED = 'somebody has changed it in the store';

/** Devices of a span whose users may be in the scope by what somebody else wrote. */
function* ofForgedUsers(
  connection: Connection,
  { rows }: StoreKeys,
  span: Span,
  scope: UsersWithin,
): Generator<string> {
  const waiting = `SELECT devices.id AS id, CAST(devices.user_id AS TEXT) AS owner
    FROM run_rows r CROSS JOIN devices ON devices.id = CAST(r.device_id AS INTEGER)
    WHERE ${IN_SPAN} AND r.outcome = 'waiting'${andWithin(scope, 'devices.user_id')}`;
  const genuine = new Map<string, boolean>();
  for (const { id, owner } of connection.all(waiting, [...span, ...scope.parameters])) {
    const user = String(owner);
    if (!genuine.has(user)) genuine.set(user, isGenuineUser(connection, rows, user));
    if (!genuine.get(user)) yield String(id);
  }
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

/** Changes a device that was seen in the same transaction, and signs it as it is then. */
function changeDevice(
  connection: Connection,
  { rows }: StoreKeys,
  { id, from, to, restore }: JournalRow<DeviceChange>,
  device: SignedDevice | undefined,
  entry: number,
  modified: Instant,
): void {
  if (to === 'deleted') {
    connection.run('DELETE FROM devices WHERE id = ?', [Number(id)]);
    return;
  }
  if (device === undefined) throw new Error(`device ${id} is changed and was not seen`);
  const { head, sealed, tail, challenge } = device;
  const before = { status: from, fails: failsIn(head) };
  // An undo makes a device again all of what it was.
  const next = restore ?? statusChange(before, to);
  const [fails, lock] = [next?.fails ?? before.fails, next?.statusBeforeLock ?? null];
  const version = versionIn(head) + 1;
  const moved = movedHead(head, { version, entry, status: to, statusBeforeLock: lock, fails, modified });
  connection.run(
    `UPDATE devices SET version = ?, entry = ?, modified = ?, status = ?, fails = ?, status_before_lock = ?, mac = ?
     WHERE id = ?`,
    [version, entry, modified, to, fails, lock, deviceMac(rows, `${moved}${sealed}${tail}`, challenge), Number(id)],
  );
}

/** What follows from changes of status: who is enrolled since when; which codes under way are not good any more. */
function endAll(
  connection: Connection,
  { rows }: StoreKeys,
  changed: readonly JournalRow<DeviceChange>[],
  span: Span,
  now: Instant,
): void {
  if (changed.some(({ to }) => to === 'V')) {
    noteEnrolled(connection, rows, `IN (${DEVICES} AND status_to = 'V')`, span, now);
  }
  const barred = `${DEVICES} AND status_to IN ('L', 'D')`;
  const challenged = connection.all(`SELECT device_id AS id FROM challenges WHERE device_id IN (${barred})`, span);
  if (challenged.length === 0) return;
  // A code that was under way when a device was barred is not good after it is back. The positions of a PIN stay.
  connection.run(`DELETE FROM challenges WHERE positions IS NULL AND device_id IN (${barred})`, span);
  connection.run(`UPDATE challenges SET expires = created - 1 WHERE device_id IN (${barred})`, span);
  for (const { id } of challenged) signDevice(connection, rows, id as number);
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
