import { OtpctlError } from '../domain/errors.ts';
import type { Run } from '../domain/run/run.ts';
import { changedMeanwhile, type PlannedChange } from '../domain/run/run-row.ts';
import type { FoundNow } from '../ports/bulk/batches.ts';
import type { PlannedRows } from '../ports/bulk/bulk.ts';
import type { BulkBackend } from '../ports/bulk/bulk-backend.ts';
import type { RunJournal } from '../ports/bulk/journal.ts';
import { createRowCollector } from './planned-rows.ts';
import { createSingleBatches } from './requests/single-batches.ts';

/** The rows that take back a run: each of those that it changed, to what it was, unless that is a deletion. */
export async function undoRows(journal: RunJournal, run: Run): Promise<PlannedRows> {
  const collector = createRowCollector();
  for await (const page of journal.rows(run.id, ['changed'])) {
    for (const row of page) {
      if (row.kind !== 'change' || row.to === 'deleted') continue;
      const { id, name, user, from, to, lastUsed, before } = row;
      collector.add({
        ...{ kind: 'change', outcome: 'planned', id, name, user, from: to, to: from, rule: `changed by run ${run.id}` },
        ...(lastUsed !== undefined && { lastUsed }),
        ...(before && { restore: before }),
      });
    }
  }
  return collector.rows();
}

/** Looks at the device of each row as its change would, and skips the rows that the change would leave alone. */
export async function previewUndo(bulkBackend: BulkBackend, rows: PlannedRows, undone: Run): Promise<PlannedRows> {
  const batches = (await bulkBackend.backend.batches?.()) ?? createSingleBatches(bulkBackend.backend);
  const ordered = bulkBackend.orderedSince(undone);
  const collector = createRowCollector();
  for (const page of rows.pages()) {
    const ids = page.map(({ id }) => id);
    const found = await batches.read(ids, 'there');
    for (const row of page) collector.add(previewed(row, found.get(row.id), ordered.get(row.id)));
  }
  return collector.rows();
}

function previewed(
  row: PlannedChange,
  now: FoundNow | OtpctlError | undefined,
  ordered: string | undefined,
): PlannedChange {
  if (row.kind !== 'change' || row.outcome !== 'planned') return row;
  if (now instanceof OtpctlError) return { ...row, outcome: 'failed', reason: now.message };
  const reason = changedMeanwhile(row, now?.device) ?? ordered;
  return reason === undefined ? row : { ...row, outcome: 'skipped', reason };
}
