import { statusWord } from '../../domain/device/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { toIso } from '../../domain/instant.ts';
import { ds100RunNumber } from '../../domain/run/ds100-run.ts';
import type { Run, RunCommand } from '../../domain/run/run.ts';
import { cellsOf, type Outcome, type RowCells, type RunRow, type Target } from '../../domain/run/run-row.ts';
import { grouped } from '../../domain/text/counted.ts';
import { printable } from '../../domain/text/printable.ts';
import type { Look, Paint } from '../../output/paint.ts';
import type { Column, View } from '../../output/view.ts';

const OUTCOME_PAINT: Partial<Record<Outcome | 'created', keyof Paint>> = {
  changed: 'good',
  created: 'good',
  skipped: 'warn',
  failed: 'bad',
};

/** The number of a run, which a run that is to be has not. */
const RUN_NUMBER: Column<RunRow> = { key: 'run', title: 'run', value: () => undefined };

/** Rows of a bulk run, in the order that scripts depend on. */
export const rowView: View<RunRow> = {
  columns: [
    RUN_NUMBER,
    { key: 'id', title: 'id', value: (row) => cellsOf(row).id },
    { key: 'name', title: 'name', long: true, value: (row) => cellsOf(row).name || undefined },
    { key: 'user', title: 'user', long: true, value: (row) => cellsOf(row).user || undefined },
    { key: 'from', title: 'from', value: (row) => known(row)?.from, word: (row) => word(known(row)?.from) },
    { key: 'to', title: 'to', value: (row) => known(row)?.to, word: (row) => word(known(row)?.to) },
    { key: 'rule', title: 'rule', long: true, value: ({ rule }) => rule },
    {
      key: 'outcome',
      title: 'outcome',
      value: ({ outcome }) => outcome,
      cell: ({ outcome, reason }, look) => outcomeCell(outcome, reason, look),
    },
    { key: 'reason', title: 'reason', value: ({ reason }) => reason },
  ],
  table: ['id', 'name', 'user', 'from', 'to', 'outcome', 'rule'],
  wraps: true,
  id: (row) => cellsOf(row).id,
};

/** The same of DS100 devices: ids of users are long there, and on a narrow terminal the end of a row is left out. */
const ds100RowView: View<RunRow> = { ...rowView, table: ['id', 'outcome', 'from', 'to', 'user', 'name', 'rule'] };

/** How the rows of a run are shown, or of one to be, which has no number yet. */
export function rowsViewOf(run: Partial<Pick<Run, 'id' | 'undoes'>> & Pick<Run, 'command'>): View<RunRow> {
  const { id } = run;
  const view = viewOf(run);
  if (id === undefined) return view;
  return { ...view, columns: view.columns.map((each) => (each === RUN_NUMBER ? { ...each, value: () => id } : each)) };
}

function viewOf({ id, command, undoes }: Parameters<typeof rowsViewOf>[0]): View<RunRow> {
  if (command === 'create') return enrolledView;
  const isDs100 = command === 'ds100-disable' || command === 'ds100-enable';
  return isDs100 || [id, undoes].some((run) => run !== undefined && ds100RunNumber(run) !== undefined)
    ? ds100RowView
    : rowView;
}

/** Runs, as `bulk runs` lists them. */
export const runView: View<Run> = {
  columns: [
    { key: 'id', title: 'run', value: ({ id }) => id },
    {
      key: 'command',
      title: 'command',
      value: ({ command, undoes }) => (undoes === undefined ? command : `${command} ${undoes}`),
    },
    { key: 'started', title: 'started', value: ({ started }) => toIso(started) },
    { key: 'state', title: 'state', value: ({ state }) => state },
    {
      key: 'counts',
      title: 'rows',
      value: ({ counts }) => counts,
      cell: ({ counts, command }) => countsText(counts, command),
    },
  ],
  table: ['id', 'command', 'started', 'state', 'counts'],
  wraps: true,
  id: ({ id }) => id,
};

const MADE: Column<RunRow> = {
  key: 'outcome',
  title: 'outcome',
  value: ({ outcome }) => madeWord(outcome),
  cell: ({ outcome, reason }, look) => outcomeCell(madeWord(outcome), reason, look),
};

/** Rows of an enrolment: devices that were not there before. */
export const enrolledView: View<RunRow> = {
  ...rowView,
  columns: rowView.columns.filter(({ key }) => key !== 'from').map((each) => (each.key === 'outcome' ? MADE : each)),
  table: rowView.table.filter((key) => key !== 'from' && key !== 'to'),
};

/** Refuses (`usage`) what cannot be done with an enrolment, as the secrets of its devices are elsewhere. */
export function refuseEnrolment({ id, command }: Run, hint: string): void {
  if (command === 'create') throw new OtpctlError('usage', `run ${id} created devices`, hint);
}

/** `300 changed, 2 skipped`: what there is none of is left out; what an enrolment changed, it created. */
export function countsText(counts: Readonly<Record<string, number>>, command?: RunCommand): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  const wordOf = (what: string) => (command === 'create' ? madeWord(what) : what);
  return parts.map(([what, count]) => `${grouped(count)} ${wordOf(what)}`).join(', ') || 'nothing';
}

function madeWord<T extends string>(outcome: T): T | 'created' {
  return outcome === 'changed' ? 'created' : outcome;
}

/** What a device becomes, as a sentence has it. */
export function targetWord(target: Target): string {
  return target === 'deleted' ? 'deleted' : statusWord(target);
}

/** A row about a device that is not there has no statuses to show. */
function known(row: RunRow): RowCells | undefined {
  const cells = cellsOf(row);
  return cells.name === '' && cells.user === '' ? undefined : cells;
}

function word(target: Target | undefined): string {
  return target === undefined ? '' : targetWord(target);
}

function outcomeCell(outcome: Outcome | 'created', reason: string | undefined, { paint }: Look): string {
  const tone = OUTCOME_PAINT[outcome];
  const text = printable(reason === undefined ? outcome : `${outcome}: ${reason}`);
  return tone === undefined ? text : paint[tone](text);
}
