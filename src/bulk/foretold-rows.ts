import { OtpctlError } from '../domain/errors.ts';
import type { Run } from '../domain/run/run.ts';
import { changedMeanwhile, type PlannedChange } from '../domain/run/run-row.ts';
import type { FoundNow } from '../ports/bulk/batches.ts';
import type { PlannedRows } from '../ports/bulk/bulk.ts';
import type { BulkPlace } from '../ports/bulk/bulk-place.ts';
import { createRowPacker } from './packed-rows.ts';
import { createSingleBatches } from './single-batches.ts';

/** Looks at the device of each row as its change would, and keeps the rows that the change would leave alone. */
export async function foretoldRows(place: BulkPlace, rows: PlannedRows, undone: Run): Promise<PlannedRows> {
  const batches = (await place.backend.batches?.()) ?? createSingleBatches(place.backend);
  const ordered = place.orderedSince?.(undone) ?? new Map<string, string>();
  const packer = createRowPacker();
  for (const page of rows.pages()) {
    const found = await batches.read(
      page.map(({ id }) => id),
      'there',
    );
    for (const row of page) packer.add(foretold(row, found.get(row.id), ordered.get(row.id)));
  }
  return packer.rows();
}

function foretold(
  row: PlannedChange,
  now: FoundNow | OtpctlError | undefined,
  ordered: string | undefined,
): PlannedChange {
  if (row.kind !== 'change' || row.outcome !== 'planned') return row;
  if (now instanceof OtpctlError) return { ...row, outcome: 'failed', reason: now.message };
  const reason = changedMeanwhile(row, now?.device) ?? ordered;
  return reason === undefined ? row : { ...row, outcome: 'skipped', reason };
}
