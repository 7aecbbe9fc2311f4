import { existsSync } from 'node:fs';
import { OtpctlError } from '../../domain/errors.ts';
import { ds100RunNumber } from '../../domain/run/ds100-run.ts';
import { printable } from '../../domain/text/printable.ts';
import type { BulkRuns } from '../../ports/bulk/bulk.ts';
import type { Context } from '../context.ts';
import { openDs100Runs } from '../ds100/ds100-runs.ts';
import type { Given } from '../parse/option.ts';
import { bulkUse, type RUN_OPTIONS } from './bulk-options.ts';

/** The runs among which one is, by its id: of the devices of the place, or of its DS100 devices. */
export async function runsOf(
  context: Context,
  id: string,
  given: Pick<Given<typeof RUN_OPTIONS>, 'journal' | 'concurrency'>,
): Promise<BulkRuns> {
  refuseMissing(given.journal);
  const use = bulkUse(given);
  return ds100RunNumber(id) === undefined ? context.bulk(use) : openDs100Runs(context, ['read', 'manage'], use);
}

/** Refuses (`file-unreadable`) a journal that somebody names to look into, and that is not there: it would be made, and be empty. */
export function refuseMissing(journal: string | undefined): void {
  if (journal === undefined || existsSync(journal)) return;
  throw new OtpctlError(
    'file-unreadable',
    `there is no journal ${printable(journal)}`,
    'name the file that the run was given, or leave out  --journal',
  );
}
