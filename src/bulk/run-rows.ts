import type { Run } from '../domain/run/run.ts';
import type { Outcome, RowSubject } from '../domain/run/run-row.ts';
import type { PlannedRows, Progress } from '../ports/bulk/bulk.ts';
import type { BulkPlace } from '../ports/bulk/bulk-place.ts';
import type { JournalRow, RunJournal } from '../ports/bulk/journal.ts';
import { createFailureLimit, type FailureLimit, failuresIn } from './failure-limit.ts';
import { createRowPacker } from './packed-rows.ts';

/** Changes what waits of a run. One failure more than it may have, or an interruption, and no row more is begun. */
export async function* changeRows(
  place: Pick<BulkPlace, 'journal' | 'change'>,
  run: Run,
  interruption: AbortSignal,
): Progress {
  const limit = createFailureLimit(run, interruption);
  for await (const rows of place.change(run, limit.stop)) {
    limit.add(failuresIn(rows));
    yield rows;
  }
  return endRun(place, run, limit);
}

/** Writes down how a run ended. */
export async function endRun({ journal }: Pick<BulkPlace, 'journal'>, { id }: Run, limit: FailureLimit): Promise<Run> {
  const { counts } = await journal.find(id);
  if (counts.waiting + counts.sent === 0) return journal.end(id, 'finished');
  return journal.end(id, limit.isReached() ? 'stopped' : 'interrupted');
}

/** The rows that take back a run: each of those that it changed, to what it was, unless that is a deletion. */
export async function undoRows({ journal }: Pick<BulkPlace, 'journal'>, run: Run): Promise<PlannedRows> {
  const packer = createRowPacker();
  for await (const page of journal.rows(run.id, ['changed'])) {
    for (const row of page) {
      if (row.kind !== 'change' || row.to === 'deleted') continue;
      const { id, name, user, from, to, lastUsed, before } = row;
      packer.add({
        ...{ kind: 'change', outcome: 'planned', id, name, user, from: to, to: from, rule: `changed by run ${run.id}` },
        ...(lastUsed !== undefined && { lastUsed }),
        ...(before && { restore: before }),
      });
    }
  }
  return packer.rows();
}

/** The rows of a run that are about one kind of thing and have one of some outcomes. */
export async function* rowsOf<K extends RowSubject['kind']>(
  journal: RunJournal,
  { id }: Pick<Run, 'id'>,
  kind: K,
  outcomes: readonly Outcome[],
): AsyncGenerator<JournalRow<Extract<RowSubject, { kind: K }>>> {
  const isOfKind = (row: JournalRow): row is JournalRow<Extract<RowSubject, { kind: K }>> => row.kind === kind;
  for await (const page of journal.rows(id, outcomes)) yield* page.filter(isOfKind);
}
