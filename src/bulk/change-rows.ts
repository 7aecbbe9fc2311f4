import type { Run } from '../domain/run/run.ts';
import type { Outcome, RowSubject } from '../domain/run/run-row.ts';
import type { Progress } from '../ports/bulk/bulk.ts';
import type { BulkBackend } from '../ports/bulk/bulk-backend.ts';
import type { JournalRow, RunJournal } from '../ports/bulk/journal.ts';
import { createFailureLimit, type FailureLimit, failuresIn } from './failure-limit.ts';

/** Changes what waits of a run. One failure more than it may have, or an interruption, and no row more is begun. */
export async function* changeRows(
  backend: Pick<BulkBackend, 'journal' | 'change'>,
  run: Run,
  interruption: AbortSignal,
): Progress {
  const limit = createFailureLimit(run, interruption);
  for await (const rows of backend.change(run, limit.stop)) {
    limit.add(failuresIn(rows));
    yield rows;
  }
  return endRun(backend.journal, run, limit);
}

/** Writes down how a run ended. */
export async function endRun(journal: RunJournal, { id }: Run, limit: FailureLimit): Promise<Run> {
  const run = await journal.find(id);
  if (run.counts.waiting + run.counts.sent === 0) return journal.end(run, 'finished');
  return journal.end(run, limit.isReached() ? 'stopped' : 'interrupted');
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
