import { type ErrorCode, OtpctlError } from '../domain/errors.ts';
import { ds100ChangedMeanwhile, ds100StatusOf, STATUS_UNKNOWN } from '../domain/run/ds100-run.ts';
import type { PlannedRow, Run } from '../domain/run/run.ts';
import type { Ds100Runs } from '../ports/bulk/ds100-runs.ts';
import type { JournalRow, RunJournal } from '../ports/bulk/journal.ts';
import type { Ds100Admin } from '../ports/ds100-admin.ts';
import { ds100Journal } from './ds100-journal.ts';
import { packed } from './packed-rows.ts';
import { changeRows, undoRows } from './run-rows.ts';
import { createSettler, type Settle } from './settler.ts';
import { workThrough } from './work-through.ts';

interface Ds100Place {
  /** Which place this is, the same from wherever it is looked at. */
  readonly name: string;
  readonly isRegistry: boolean;
  readonly journal: RunJournal;
  /** Opened when something is asked or changed: a run can be looked at without it. */
  admin(): Promise<Ds100Admin>;
  close(): void;
}

/** Runs over DS100 devices. Each row is written down before its request and after the answer. */
export function createDs100Runs({ name, isRegistry, journal: given, admin, close }: Ds100Place): Ds100Runs {
  const journal = ds100Journal(given);
  return {
    name,
    isRegistry,
    journal,
    admin,
    async plan(wishes, pace, stop, rowOf) {
      const rows: PlannedRow[] = [];
      for await (const some of workThrough(wishes, pace, stop, rowOf)) rows.push(...some);
      return packed(oncePerDevice(rows));
    },
    change(run, interruption) {
      const change = (_: Run, stop: AbortSignal) => changeByRequests(admin, journal, run, stop);
      return changeRows({ journal, change }, run, interruption);
    },
    async undoing(run) {
      const rows: PlannedRow[] = [];
      for (const page of (await undoRows({ journal }, run)).pages()) rows.push(...page.map(keptUnlessKnown));
      return packed(rows);
    },
    async foretold(rows) {
      const looked: PlannedRow[] = [];
      for (const page of rows.pages()) for (const row of page) looked.push(await foretold(await admin(), row));
      return packed(looked);
    },
    close,
  };
}

async function foretold(admin: Ds100Admin, row: PlannedRow): Promise<PlannedRow> {
  if (row.kept !== undefined) return row;
  try {
    const found = await lookup(admin, row);
    const reason = found.allowed ? ds100ChangedMeanwhile(row, found.record) : undefined;
    return reason === undefined ? row : { ...row, kept: { outcome: 'skipped', reason } };
  } catch (error) {
    if (!(error instanceof OtpctlError) || HOPELESS.includes(error.code)) throw error;
    return { ...row, kept: { outcome: 'failed', reason: error.message } };
  }
}

/** Rows of one device are one: the one that is refused, if any is. */
function oncePerDevice(rows: readonly PlannedRow[]): Iterable<PlannedRow> {
  const byId = new Map<string, PlannedRow>();
  for (const row of rows) if (byId.get(row.id)?.kept?.outcome !== 'failed') byId.set(row.id, row);
  return byId.values();
}

function keptUnlessKnown(row: PlannedRow): PlannedRow {
  if (ds100StatusOf(row.to) !== undefined) return row;
  return { ...row, kept: { outcome: 'skipped', reason: 'what it was before the run is not known' } };
}

async function* changeByRequests(
  admin: () => Promise<Ds100Admin>,
  journal: RunJournal,
  run: Run,
  stop: AbortSignal,
): AsyncGenerator<readonly JournalRow[]> {
  const settle = createSettler(journal, run.id);
  yield* workThrough(rowsOf(journal, run), run.options, stop, async (row) => {
    const settled = await attempt(await admin(), settle, run, row);
    await settle(settled);
    return settled;
  });
}

async function* rowsOf(journal: RunJournal, run: Run): AsyncGenerator<JournalRow> {
  for await (const rows of journal.rows(run.id, ['waiting', 'sent'])) yield* rows;
}

/** What no later row can mend: who one is, and a disk without room. */
const HOPELESS: readonly ErrorCode[] = [
  'not-signed-in',
  'file-unreadable',
  'key-missing',
  'key-wrong',
  'permissions',
  'disk',
];

/** Changes one device, or finds why not. What RSA answers with an error is a row that failed. */
async function attempt(admin: Ds100Admin, settle: Settle, run: Run, row: JournalRow): Promise<JournalRow> {
  const status = ds100StatusOf(row.to);
  if (status === undefined) return { ...row, outcome: 'skipped', reason: 'a DS100 can only be enabled or disabled' };
  try {
    const found = await lookup(admin, row);
    if (found.allowed) {
      const { record } = found;
      const reason = ds100ChangedMeanwhile(row, record);
      // Sent before and not answered: what it is now says whether it arrived.
      const same = record?.userId === row.user && [row.name, ''].includes(record.tokenSerialNumber);
      if (row.outcome === 'sent' && same && record.tokenStatus.toLowerCase() === status.toLowerCase()) {
        return { ...row, outcome: 'changed' };
      }
      if (reason !== undefined) return { ...row, outcome: 'skipped', reason };
    }
    // That there is a before says that it was sent.
    const before = { fails: 0 };
    await settle({ position: row.position, outcome: 'sent', before });
    await admin.setStatus({ deviceSerialNumber: row.id, userId: row.user }, status, run.origin, run.id);
    const unchecked = found.allowed ? {} : { reason: 'the holder was not checked' };
    return { ...row, outcome: 'changed', before, ...unchecked };
  } catch (error) {
    if (!(error instanceof OtpctlError) || HOPELESS.includes(error.code)) throw error;
    return { ...row, outcome: 'failed', reason: error.message, error: error.code };
  }
}

/** Where the lookup was not allowed when the run was planned, it may still not be. */
async function lookup(admin: Ds100Admin, row: PlannedRow) {
  try {
    return { allowed: true, record: await admin.lookup({ kind: 'device', digits: row.id }) } as const;
  } catch (error) {
    const forbidden = error instanceof OtpctlError && error.code === 'not-allowed';
    if (!forbidden || row.from !== STATUS_UNKNOWN) throw error;
    return { allowed: false } as const;
  }
}
