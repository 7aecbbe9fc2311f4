import type { Run } from '../domain/run/run.ts';
import type { PlannedRows, Progress } from '../ports/bulk/bulk.ts';
import type { BulkPlace } from '../ports/bulk/bulk-place.ts';
import { createRowPacker } from './packed-rows.ts';

/** Changes what waits of a run. One failure more than it may have, or an interruption, and no row more is begun. */
export async function* changeRows(
  place: Pick<BulkPlace, 'journal' | 'change'>,
  run: Run,
  interruption: AbortSignal,
): Progress {
  const enough = new AbortController();
  const stop = AbortSignal.any([enough.signal, interruption]);
  let failures = 0;
  for await (const rows of place.change(run, stop)) {
    failures += rows.filter(({ outcome }) => outcome === 'failed' || outcome === 'sent').length;
    if (failures > run.options.maxFailures) enough.abort();
    yield rows;
  }
  const { counts } = await place.journal.find(run.id);
  const state = counts.waiting + counts.sent === 0 ? 'finished' : enough.signal.aborted ? 'stopped' : 'interrupted';
  return place.journal.end(run.id, state);
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
