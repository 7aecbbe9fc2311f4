import { createRequestPool } from '../../../http/request-pool.ts';
import type { Batches } from '../../../ports/bulk/batches.ts';
import { readByIds } from '../lists/read-by-ids.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { askConfig, bulkLimits } from '../server/detect-dialect.ts';
import { type BulkLimits, changeInBulk } from './bulk-changes.ts';
import { changeSingly } from './single-changes.ts';

/** Rows that are read together, for each request under way: enough that reading costs little, few enough to be fresh. */
const ROWS_A_REQUEST = 32;
const MAX_ROWS = 250;
/** Where that many are changed within a second: a page of a list. */
const MAX_FAST_ROWS = 1000;
/** While one batch is changed, the next is read. */
const LANES = 2;
/** With a rate, no more of a second's rows than this part go out at once. */
const PART_OF_A_SECOND = 10;

/** Devices by the batch: in bulk requests where the server takes them, else by a request each and lists around them. */
export async function createBatches(remote: ScimRemote): Promise<Batches> {
  const limits = await limitsOf(remote);
  const pool = createRequestPool();
  return {
    plan({ concurrency, rate = Number.POSITIVE_INFINITY }, pace) {
      const lanes = Math.min(LANES, concurrency);
      if (limits !== undefined) {
        const together = Math.min(limits.maxOperations, MAX_ROWS, rate / PART_OF_A_SECOND);
        return { lanes, size: Math.max(1, Math.floor(together)) };
      }
      const fresh = Math.max(Math.min(MAX_ROWS, concurrency * ROWS_A_REQUEST), Math.min(MAX_FAST_ROWS, pace));
      return { lanes, size: Math.max(1, Math.floor(Math.min(fresh, rate))) };
    },
    read: (ids, gone = false) => readByIds(remote, ids, gone),
    change: (changes, turn, run, answered) =>
      limits === undefined
        ? changeSingly(remote, changes, turn, { run, pool }, answered)
        : changeInBulk(remote, changes, turn, { run, limits }, answered),
  };
}

/** What the server takes in bulk; undefined for one that does not, or whose versions do not guard what it changes. */
async function limitsOf({ mayTakeBulk, transport, config }: ScimRemote): Promise<BulkLimits | undefined> {
  return mayTakeBulk ? bulkLimits(config ?? (await askConfig(transport, false)).json) : undefined;
}
