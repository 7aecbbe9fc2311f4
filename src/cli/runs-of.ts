import { ds100RunNumber } from '../domain/ds100-run.ts';
import type { BulkRuns } from '../ports/bulk.ts';
import type { Context } from './context.ts';
import { sayRegistry } from './ds100-print.ts';

/** The runs among which one is, by its id: of the devices of the place, or of its DS100 devices. */
export async function runsOf(context: Context, id: string, journal: string | undefined): Promise<BulkRuns> {
  const use = journal === undefined ? {} : { journal };
  if (ds100RunNumber(id) === undefined) return context.bulk(use);
  const runs = await context.ds100Runs(['read', 'manage'], use);
  if (runs.isRegistry) await sayRegistry(context);
  return runs;
}
