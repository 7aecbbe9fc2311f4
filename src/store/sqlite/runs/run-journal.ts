import type { DeviceStatus } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import {
  type NewRun,
  RUN_COMMANDS,
  RUN_STATES,
  type Run,
  type RunCounts,
  type RunOptions,
  type RunState,
} from '../../../domain/run/run.ts';
import {
  type BeforeState,
  cellsOf,
  type DeviceChange,
  OUTCOMES,
  type Outcome,
  type PlannedRow,
  type Target,
  unchangeableOf,
} from '../../../domain/run/run-row.ts';
import { WITHIN } from '../../../domain/scope.ts';
import type { JournalRow, RunJournal, Settlement } from '../../../ports/bulk/journal.ts';
import type { Connection, Parameters, Row } from '../connection/connection.ts';
import { insertRowsOf } from '../connection/insert-rows.ts';
import { damagedValue, instantOf, jsonOf, wordOf } from '../connection/row-values.ts';

const PAGE_ROWS = 1000;

/** Whether a run is of a place: made there, or in a scope of it. */
const OF_PLACE = `(runs.place = ?1 OR instr(runs.place, ?1 || '${WITHIN}') = 1)`;

/** The journal of the runs of one place, in the tables of a database. */
export function createRunJournal(connection: Connection, place: string): RunJournal {
  const runRow = (id: string): Row => {
    const row = /^[1-9][0-9]{0,15}$/.test(id)
      ? connection.get(`SELECT * FROM runs WHERE ${OF_PLACE} AND id = ?2`, [place, Number(id)])
      : undefined;
    if (row !== undefined) return row;
    throw new OtpctlError('run-not-found', `there is no run "${id}" here`, 'see them with  otpctl bulk runs');
  };
  const find = async (id: string) => runOf(runRow(id), countRows(connection, id));
  const setState = (id: string, state: RunState) =>
    connection.run('UPDATE runs SET state = ? WHERE id = ?', [state, Number(id)]);

  return {
    find,
    begin: async (run, rows) => {
      // What a statement of many rows would have to undo is kept by SQLite page by page: in memory, not in a file.
      connection.exec('PRAGMA temp_store = MEMORY');
      const { id, counts } = connection.immediate(() => insertRun(connection, run, rows));
      return runOf(runRow(id), counts);
    },
    list: async () =>
      connection
        .all(`SELECT * FROM runs WHERE ${OF_PLACE} ORDER BY id DESC`, [place])
        .map((row) => runOf(row, countRows(connection, String(row['id'])))),
    async *rows(id, outcomes) {
      const command = connection.get('SELECT command FROM runs WHERE id = ?', [Number(id)])?.['command'];
      for (let after = 0; ; ) {
        const found = rowsAfter(connection, id, after, PAGE_ROWS, outcomes);
        const page = found.map((row) => journalRowOf(row, command));
        const last = page.at(-1);
        if (last === undefined) return;
        after = last.position;
        yield page;
      }
    },
    async ofUser(spellings, limit) {
      const among = spellings.map(() => '?').join(', ');
      const newest = connection.all(
        `SELECT run_rows.* FROM runs JOIN run_rows ON run_rows.run = runs.id
         WHERE ${OF_PLACE} AND run_rows.user IN (${among}) ORDER BY runs.id DESC, position LIMIT ?`,
        [place, ...spellings, limit],
      );
      return Promise.all(
        newest.map(async (row) => {
          const run = await find(String(row['run']));
          return { run, row: journalRowOf(row, run.command) };
        }),
      );
    },
    async settle(id, settlements) {
      connection.immediate(() => {
        for (const [settlement, last] of spansOf(settlements)) settleRow(connection, id, settlement, last);
      });
    },
    reopen: async (id) => {
      await find(id);
      connection.immediate(() => {
        setState(id, 'running');
        // One that was sent and failed may have arrived all the same.
        connection.run(
          `UPDATE run_rows SET reason = NULL, outcome = CASE WHEN ${WAS_SENT} THEN 'sent' ELSE 'waiting' END
           WHERE run = ? AND (outcome = 'sent' OR outcome = 'failed' AND NOT ${CHANGES_NOTHING})`,
          [Number(id)],
        );
      });
      return find(id);
    },
    end: async (run, state) => {
      setState(run.id, state);
      return { ...run, state };
    },
  };
}

/** A row that was sent once: what its device was before is written down with that. */
const WAS_SENT = 'before_fails IS NOT NULL';
/** A row of which nothing can be made: it stays what it is. */
const CHANGES_NOTHING = 'status_from = status_to';

/** Settlements that say the same of rows that follow one another: the first of them, and the position of the last. */
function* spansOf(settlements: readonly Settlement[]): Generator<readonly [Settlement, number]> {
  let [first, last]: [Settlement | undefined, number] = [undefined, 0];
  for (const next of settlements) {
    if (first === undefined || next.position !== last + 1 || !saysTheSame(first, next)) {
      if (first !== undefined) yield [first, last];
      first = next;
    }
    last = next.position;
  }
  if (first !== undefined) yield [first, last];
}

function saysTheSame(a: Settlement, b: Settlement): boolean {
  const named = (a.id ?? a.name ?? b.id ?? b.name) !== undefined;
  const before = a.before?.fails === b.before?.fails && a.before?.statusBeforeLock === b.before?.statusBeforeLock;
  return !named && before && a.outcome === b.outcome && a.reason === b.reason;
}

/** Writes down what became of a row, or of rows up to a last one, in the caller's transaction. */
export function settleRow(
  connection: Connection,
  run: string,
  { position, outcome, reason, before, id, name }: Settlement,
  last = position,
): void {
  connection.run(
    `UPDATE run_rows SET outcome = ?, reason = ?, before_fails = coalesce(?, before_fails),
                         before_lock = coalesce(?, before_lock), device_id = coalesce(?, device_id),
                         name = coalesce(?, name)
     WHERE run = ? AND position BETWEEN ? AND ?`,
    [
      outcome,
      reason ?? null,
      before?.fails ?? null,
      before?.statusBeforeLock ?? null,
      id ?? null,
      name ?? null,
      Number(run),
      position,
      last,
    ],
  );
}

const COLUMNS = [
  'run',
  'position',
  'device_id',
  'name',
  'user',
  'status_from',
  'status_to',
  'last_used',
  'rule',
  'outcome',
] as const;
const insertRows = insertRowsOf('run_rows', COLUMNS);
const insertMarkedRows = insertRowsOf('run_rows', [...COLUMNS, 'reason', 'restore_fails', 'restore_lock']);

function valuesOf(run: number, position: number, row: PlannedRow): Parameters {
  const { id, name, user, from, to } = cellsOf(row);
  const lastUsed = row.kind === 'change' ? (row.lastUsed ?? null) : null;
  const outcome = row.outcome === 'planned' ? 'waiting' : row.outcome;
  return [run, position, id, name, user, from, to, lastUsed, row.rule, outcome];
}

function insertRun(connection: Connection, run: NewRun, rows: Iterable<PlannedRow>): { id: string; counts: RunCounts } {
  const { command, place, started, origin, options, undoes } = run;
  const inserted = connection.get(
    `INSERT INTO runs (command, place, started, state, actor, reason, ticket, options, undoes)
     VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?) RETURNING id`,
    [
      command,
      place,
      started,
      origin.actor,
      origin.reason ?? null,
      origin.ticket ?? null,
      JSON.stringify(options),
      undoes === undefined ? null : Number(undoes),
    ],
  );
  const id = Number(inserted?.['id']);
  const [plain, marked] = [insertRows(connection), insertMarkedRows(connection)];
  const counts = { ...NO_ROWS };
  let position = 0;
  for (const row of rows) {
    position += 1;
    counts[row.outcome === 'planned' ? 'waiting' : row.outcome] += 1;
    const values = valuesOf(id, position, row);
    const restore = row.kind === 'change' ? row.restore : undefined;
    if (row.outcome === 'planned' && restore === undefined) plain.add(values);
    else marked.add([...values, row.reason ?? null, restore?.fails ?? null, restore?.statusBeforeLock ?? null]);
  }
  plain.end();
  marked.end();
  return { id: String(id), counts };
}

function rowsAfter(
  connection: Connection,
  run: string,
  after: number,
  limit: number,
  outcomes: readonly Outcome[] | undefined,
): readonly Row[] {
  const among = outcomes === undefined ? '' : `AND outcome IN (${outcomes.map(() => '?').join(', ')})`;
  const sql = `SELECT * FROM run_rows WHERE run = ? AND position > ? ${among} ORDER BY position LIMIT ?`;
  return connection.all(sql, [Number(run), after, ...(outcomes ?? []), limit]);
}

/** A row of a run with this command. */
function journalRowOf(row: Row, command: unknown): JournalRow {
  const change = changeOf(row);
  const { position, outcome, id, name, user, from, to, rule, reason } = change;
  if (command === 'create') {
    const device = id === '' ? {} : { id, name };
    return { kind: 'enrolment', position, outcome, ...device, user, rule, ...(reason !== undefined && { reason }) };
  }
  if (outcome !== 'failed' || from !== to) return change;
  return { ...unchangeableOf(change), position, outcome, rule, ...(reason !== undefined && { reason }) };
}

/** A row that changes a device; what was not asked for of it is left out. */
export function changeOf(row: Row): JournalRow<DeviceChange> {
  const [lastUsed, reason] = [row['last_used'] ?? undefined, row['reason'] ?? undefined];
  const before = beforeOf(row['before_fails'], row['before_lock']);
  const restore = beforeOf(row['restore_fails'], row['restore_lock']);
  return {
    kind: 'change',
    position: row['position'] as number,
    id: row['device_id'] as string,
    name: row['name'] as string,
    user: row['user'] as string,
    from: row['status_from'] as DeviceStatus,
    to: row['status_to'] as Target,
    ...(lastUsed !== undefined && { lastUsed: instantOf(lastUsed) }),
    rule: row['rule'] as string,
    outcome: wordOf(row['outcome'], OUTCOMES, 'an outcome of a run'),
    ...(reason !== undefined && { reason: reason as string }),
    ...(before && { before }),
    ...(restore && { restore }),
  };
}

function beforeOf(fails: unknown, lock: unknown): BeforeState | undefined {
  if (fails === null || fails === undefined) return undefined;
  return { fails: fails as number, ...(lock !== null && { statusBeforeLock: lock as 'C' | 'V' }) };
}

function optionsOf(text: unknown): RunOptions {
  const { concurrency, rate, maxFailures } = (jsonOf(text, OPTIONS) ?? {}) as Partial<Record<string, unknown>>;
  const positive = (value: unknown): value is number => typeof value === 'number' && value > 0;
  const sane = positive(concurrency) && (rate === undefined || positive(rate)) && typeof maxFailures === 'number';
  if (!sane) throw damagedValue(OPTIONS);
  return { concurrency, ...(rate !== undefined && { rate }), maxFailures };
}

const OPTIONS = 'options of a run';

const NO_ROWS = { waiting: 0, sent: 0, changed: 0, skipped: 0, failed: 0 };

function countRows(connection: Connection, run: string): RunCounts {
  const counts = { ...NO_ROWS };
  const grouped = 'SELECT outcome, count(*) AS n FROM run_rows WHERE run = ? GROUP BY outcome';
  for (const { outcome, n } of connection.all(grouped, [Number(run)])) counts[outcome as keyof RunCounts] = n as number;
  return counts;
}

function runOf(row: Row, counts: RunCounts): Run {
  return {
    id: String(row['id']),
    command: wordOf(row['command'], RUN_COMMANDS, 'a command of a run'),
    place: row['place'] as string,
    started: instantOf(row['started']),
    state: wordOf(row['state'], RUN_STATES, 'a state of a run'),
    origin: {
      actor: row['actor'] as string,
      ...(row['reason'] !== null && { reason: row['reason'] as string }),
      ...(row['ticket'] !== null && { ticket: row['ticket'] as string }),
    },
    options: optionsOf(row['options']),
    ...(row['undoes'] !== null && { undoes: String(row['undoes']) }),
    counts,
  };
}
