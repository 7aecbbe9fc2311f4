import type { Run } from '../domain/run/run.ts';
import type { PlannedRows, Progress } from '../ports/bulk/bulk.ts';
import type { BulkPlace } from '../ports/bulk/bulk-place.ts';
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
    for (const { id, name, user, from, to, lastUsed, before } of page) {
      if (to === 'deleted') continue;
      packer.add({
        ...{ id, name, user, from: to, to: from, rule: `changed by run ${run.id}` },
        ...(lastUsed !== undefined && { lastUsed }),
        ...(before && { restore: before }),
      });
    }
  }
  return packer.rows();
}
