import { type ErrorCode, OtpctlError } from '../../domain/errors.ts';
import { ds100ChangedMeanwhile, ds100StatusOf, STATUS_ALONE, STATUS_UNKNOWN } from '../../domain/run/ds100-run.ts';
import type { Run } from '../../domain/run/run.ts';
import type { DeviceChange, PlannedChange } from '../../domain/run/run-row.ts';
import type { Ds100Runs } from '../../ports/bulk/ds100-runs.ts';
import type { JournalRow, RunJournal } from '../../ports/bulk/journal.ts';
import type { Ds100Admin } from '../../ports/ds100-admin.ts';
import { changeRows, rowsOf } from '../change-rows.ts';
import { plannedRows } from '../planned-rows.ts';
import { undoRows } from '../undo-rows.ts';
import { workThrough } from '../work-through.ts';
import { ds100Journal } from './ds100-journal.ts';

type Row = JournalRow<DeviceChange>;

interface Ds100RunsDeps {
  /** Which place this is, the same from wherever it is looked at. */
  readonly name: string;
  readonly isRegistry: boolean;
  readonly journal: RunJournal;
  /** Opened when something is asked or changed: a run can be looked at without it. */
  admin(): Promise<Ds100Admin>;
  close(): void;
}

/** Runs over DS100 devices. Each row is written down before its request and after the answer. */
export function createDs100Runs({ name, isRegistry, journal: given, admin, close }: Ds100RunsDeps): Ds100Runs {
  const journal = ds100Journal(given);
  return {
    name,
    isRegistry,
    journal,
    admin,
    async plan(things, pace, stop, rowOf) {
      const rows: PlannedChange[] = [];
      for await (const some of workThrough(things, pace, stop, rowOf)) rows.push(...some);
      return plannedRows(oncePerDevice(rows));
    },
    change(run, interruption) {
      const change = (_: Run, stop: AbortSignal) => changeByRequests(admin, journal, run, stop);
      return changeRows({ journal, change }, run, interruption);
    },
    async undoRows(run) {
      const rows: PlannedChange[] = [];
      for (const page of (await undoRows(journal, run)).pages()) rows.push(...page.map(skippedUnlessKnown));
      return plannedRows(rows);
    },
    async previewUndo(rows) {
      const looked: PlannedChange[] = [];
      for (const page of rows.pages()) for (const row of page) looked.push(await previewed(await admin(), row));
      return plannedRows(looked);
    },
    close,
  };
}

async function previewed(admin: Ds100Admin, row: PlannedChange): Promise<PlannedChange> {
  if (row.kind !== 'change' || row.outcome !== 'planned') return row;
  try {
    const found = await lookup(admin, row);
    const reason = found.allowed ? ds100ChangedMeanwhile(row, found.record) : undefined;
    return reason === undefined ? row : { ...row, outcome: 'skipped', reason };
  } catch (error) {
    if (!(error instanceof OtpctlError) || HOPELESS.includes(error.code)) throw error;
    return { ...row, outcome: 'failed', reason: error.message };
  }
}

/** Rows of one device are one: the one that is refused, if any is. */
function oncePerDevice(rows: readonly PlannedChange[]): Iterable<PlannedChange> {
  const byId = new Map<string, PlannedChange>();
  for (const row of rows) if (byId.get(row.id)?.outcome !== 'failed') byId.set(row.id, row);
  return byId.values();
}

function skippedUnlessKnown(row: PlannedChange): PlannedChange {
  if (row.kind !== 'change' || ds100StatusOf(row.to) !== undefined) return row;
  return { ...row, outcome: 'skipped', reason: 'what it was before the run is not known' };
}

async function* changeByRequests(
  admin: () => Promise<Ds100Admin>,
  journal: RunJournal,
  run: Run,
  stop: AbortSignal,
): AsyncGenerator<readonly JournalRow[]> {
  const rows = rowsOf(journal, run, 'change', ['waiting', 'sent']);
  yield* workThrough(rows, run.options, stop, async (row) => {
    const settled = await attempt(await admin(), journal, run, row);
    await journal.settle(run.id, [settled]);
    return settled;
  });
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
async function attempt(admin: Ds100Admin, journal: RunJournal, run: Run, row: Row): Promise<Row> {
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
    await journal.settle(run.id, [{ position: row.position, outcome: 'sent', before: STATUS_ALONE }]);
    await admin.setStatus({ deviceSerialNumber: row.id, userId: row.user }, status, run.origin, run.id);
    const unchecked = found.allowed ? {} : { reason: 'the holder was not checked' };
    return { ...row, outcome: 'changed', before: STATUS_ALONE, ...unchecked };
  } catch (error) {
    if (!(error instanceof OtpctlError) || HOPELESS.includes(error.code)) throw error;
    return { ...row, outcome: 'failed', reason: error.message, error: error.code };
  }
}

/** Where the lookup was not allowed when the run was planned, it may still not be. */
async function lookup(admin: Ds100Admin, row: DeviceChange) {
  try {
    return { allowed: true, record: await admin.lookup({ kind: 'device', digits: row.id }) } as const;
  } catch (error) {
    const forbidden = error instanceof OtpctlError && error.code === 'not-allowed';
    if (!forbidden || row.from !== STATUS_UNKNOWN) throw error;
    return { allowed: false } as const;
  }
}
