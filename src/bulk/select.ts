import type { PlannedRow } from '../domain/run.ts';
import type { Selection } from '../domain/selection.ts';
import type { Backend } from '../ports/backend.ts';
import type { Decide, Selected } from '../ports/bulk.ts';

/** Reads a whole selection before anything is changed. A list that fails in the middle is an error, never a short list. */
export async function selectRows(backend: Backend, selection: Selection, decide: Decide): Promise<Selected> {
  const rows: PlannedRow[] = [];
  let alreadyThere = 0;
  for await (const page of backend.list(selection, {})) {
    for (const device of page) {
      const row = decide(device);
      if (row === undefined) alreadyThere += 1;
      else rows.push(row);
    }
  }
  return { rows: inOrder(rows), alreadyThere };
}

/** The same for devices that are named by their ids. One that is not there is a row that failed. */
export async function selectNamed(backend: Backend, ids: readonly string[], decide: Decide): Promise<Selected> {
  const rows: PlannedRow[] = [];
  let alreadyThere = 0;
  for (const id of new Set(ids)) {
    const device = await backend.find(id);
    const row = device === undefined ? missing(id) : decide(device);
    if (row === undefined) alreadyThere += 1;
    else rows.push(row);
  }
  return { rows: inOrder(rows), alreadyThere };
}

/** By id, numbers as numbers, without what a server whose pages shifted sent twice. */
function inOrder(rows: PlannedRow[]): readonly PlannedRow[] {
  const sorted = rows.every((row, at) => at === 0 || byId(rows[at - 1] as PlannedRow, row) < 0)
    ? rows
    : rows.sort(byId);
  return sorted.filter(({ id }, at) => at === 0 || sorted[at - 1]?.id !== id);
}

function byId({ id: a }: PlannedRow, { id: b }: PlannedRow): number {
  if (NUMBER.test(a) && NUMBER.test(b)) return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
  return a < b ? -1 : a > b ? 1 : 0;
}

const NUMBER = /^[1-9][0-9]*$/;

function missing(id: string): PlannedRow {
  const kept = { outcome: 'failed', reason: `there is no device ${id}` } as const;
  return { id, name: '', user: '', from: 'C', to: 'C', rule: 'named', kept };
}
