import type { Batches } from '../../../ports/bulk/batches.ts';
import { readByIds } from '../lists/read-by-ids.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { askConfig, bulkLimits } from '../server/detect-dialect.ts';
import { type BulkLimits, changeInBulk, requestsOf } from './bulk-request.ts';
import { changeSingly } from './single-request.ts';

/** Rows that are read together, for each request under way: enough that reading costs little, few enough to be fresh. */
const ROWS_A_REQUEST = 32;
const MAX_ROWS = 250;
/** Where that many are changed within a second: a page of a list. */
const MAX_FAST_ROWS = 1000;
/** While one batch is changed, the next is read. */
const BATCHES_AT_ONCE = 2;
/** With a rate, no more of a second's rows than this part go out at once. */
const PART_OF_A_SECOND = 10;

/** Devices by the batch: in bulk requests where the server takes them, else by a request each and lists around them. */
export async function createBatches(remote: ScimRemote): Promise<Batches> {
  const limits = await limitsOf(remote);
  const read: Batches['read'] = (ids, expected) => readByIds(remote, ids, expected === 'gone');
  const atOnce = (concurrency: number) => Math.min(BATCHES_AT_ONCE, concurrency);
  if (limits === undefined) {
    return {
      read,
      plan({ concurrency, rate }, pace) {
        const fresh = Math.max(Math.min(MAX_ROWS, concurrency * ROWS_A_REQUEST), Math.min(MAX_FAST_ROWS, pace));
        return { atOnce: atOnce(concurrency), size: wholeRows(Math.min(fresh, rate ?? fresh)) };
      },
      requestsAtOnce: ({ concurrency }) => concurrency,
      requestsOf: (changes) => changes.map((change) => [change]),
      change: (request, pacing, { origin }) =>
        Promise.all(request.map((change) => changeSingly(remote, change, pacing, origin))),
    };
  }
  const most = Math.min(limits.maxOperations, MAX_ROWS);
  return {
    read,
    plan({ concurrency, rate }) {
      const together = rate === undefined ? most : Math.min(most, rate / PART_OF_A_SECOND);
      return { atOnce: atOnce(concurrency), size: wholeRows(together) };
    },
    requestsAtOnce: ({ concurrency }) => atOnce(concurrency),
    requestsOf: (changes) => requestsOf(changes, limits),
    change: (request, pacing, run) => changeInBulk(remote, request, pacing, run),
  };
}

function wholeRows(rows: number): number {
  return Math.max(1, Math.floor(rows));
}

/** What the server takes in bulk; undefined for one that does not, or whose versions do not guard what it changes. */
async function limitsOf({ mayTakeBulk, transport, config }: ScimRemote): Promise<BulkLimits | undefined> {
  return mayTakeBulk ? bulkLimits(config ?? (await askConfig(transport, false)).json) : undefined;
}
