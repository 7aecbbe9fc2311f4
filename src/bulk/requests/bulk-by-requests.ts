import type { Run } from '../../domain/run/run.ts';
import { runLabel } from '../../domain/run/run-label.ts';
import type { DeviceChange } from '../../domain/run/run-row.ts';
import type { Backend } from '../../ports/backend.ts';
import type { BulkBackend } from '../../ports/bulk/bulk-backend.ts';
import type { JournalRow, RunJournal } from '../../ports/bulk/journal.ts';
import type { Timer } from '../../ports/system/timer.ts';
import { rowsOf } from '../change-rows.ts';
import { createFailureLimit } from '../failure-limit.ts';
import { workThrough } from '../work-through.ts';
import { changeBatch } from './change-batch.ts';
import { createPacing } from './pacing.ts';
import { createRequestPool } from './request-pool.ts';
import { createSingleBatches } from './single-batches.ts';
import { countUsersLeftWithout } from './users-left-without.ts';

/**
 * Bulk runs by requests: each row is written down before its request and after the answer. What a server alone knows is
 * not known here: what locked devices were before, and what others ordered.
 */
export function createBulkByRequests(
  backend: Backend,
  { place, journal, close }: { readonly place: string; readonly journal: RunJournal; close(): void },
  timer: Timer,
): BulkBackend {
  return {
    backend,
    name: place,
    journal,
    async *change(run, stop) {
      yield* changeByRequests({ backend, journal, timer }, await labelled(run, journal), stop);
    },
    usersLeftWithout: (going) => countUsersLeftWithout(backend, going),
    lockedFrom: () => undefined,
    orderedSince: () => new Map(),
    orderedAfter: () => new Map(),
    planSeal: async () => undefined,
    close() {
      close();
      backend.close();
    },
  };
}

/** A run whose changes say of which run they are, and which one they take back. */
async function labelled(run: Run, journal: RunJournal): Promise<Run> {
  const undoes = run.undoes === undefined ? undefined : runLabel(await journal.find(run.undoes));
  const origin = { ...run.origin, run: runLabel(run), ...(undoes !== undefined && { undoes }) };
  return { ...run, origin };
}

interface Tools {
  readonly backend: Backend;
  readonly journal: RunJournal;
  readonly timer: Timer;
}

/** Takes rows batch by batch. What a batch leaves open is in one of those that come next. */
async function* changeByRequests(
  { backend, journal, timer }: Tools,
  run: Run,
  interruption: AbortSignal,
): AsyncGenerator<readonly JournalRow[]> {
  const batches = (await backend.batches?.()) ?? createSingleBatches(backend);
  const limit = createFailureLimit(run, interruption);
  const pacing = createPacing(timer, run.options.rate, limit.stop);
  const work = { batches, journal, run, limit, timer, pacing, pool: createRequestPool() };
  const started = timer.elapsed();
  let done = 0;
  const plan = () => batches.plan(run.options, done === 0 ? 0 : (done * 1000) / (timer.elapsed() - started));

  const rows = rowsOf(journal, run, 'change', ['waiting', 'sent']);
  const ahead: JournalRow<DeviceChange>[] = [];
  const nextBatches = async function* () {
    for (;;) {
      const { size } = plan();
      while (ahead.length < size) {
        const next = await rows.next();
        if (next.done) break;
        ahead.push(next.value);
      }
      if (ahead.length === 0) return;
      yield ahead.splice(0, size);
    }
  };
  const change = async (rows: readonly JournalRow<DeviceChange>[]) => {
    const { settled, open } = await changeBatch(work, rows);
    done += settled.length;
    ahead.unshift(...open);
    return settled;
  };
  do {
    const pace = { concurrency: plan().atOnce };
    for await (const settled of workThrough(nextBatches(), pace, limit.stop, change)) yield settled.flat();
    // The last batch may have left rows open when there was no next one.
  } while (ahead.length > 0 && !limit.stop.aborted);
}
