import type { Device } from '../domain/device/device.ts';
import type { Run } from '../domain/run/run.ts';
import { runLabel } from '../domain/run/run-label.ts';
import type { DeviceChange } from '../domain/run/run-row.ts';
import { fold } from '../domain/user.ts';
import type { Backend } from '../ports/backend.ts';
import type { BulkPlace } from '../ports/bulk/bulk-place.ts';
import type { JournalRow, RunJournal } from '../ports/bulk/journal.ts';
import type { Timer } from '../ports/system/timer.ts';
import { changeBatch } from './change-batch.ts';
import { createFailureLimit } from './failure-limit.ts';
import { createPacing } from './pacing.ts';
import { createRequestPool } from './request-pool.ts';
import { rowsOf } from './run-rows.ts';
import { createSingleBatches } from './single-batches.ts';
import { workThrough } from './work-through.ts';

/** Users that are asked for one by one; of more, all enabled devices are listed instead. */
const FEW_USERS = 20;

/** A place that is changed by requests: each row is written down before its request and after the answer. */
export function createRequestPlace(
  backend: Backend,
  { place, journal, close }: { readonly place: string; readonly journal: RunJournal; close(): void },
  timer: Timer,
): BulkPlace {
  return {
    backend,
    name: place,
    journal,
    enabled: (users) => enabledOf(backend, users),
    async *change(run, stop) {
      yield* changeByRequests({ backend, journal, timer }, await labelled(run, journal), stop);
    },
    close() {
      close();
      backend.close();
    },
  };
}

async function enabledOf(backend: Backend, users: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  if (users.size <= FEW_USERS) {
    for (const user of users) counts.set(user, await backend.count({ user, statuses: ['V'] }));
    return counts;
  }
  const count = (device: Pick<Device, 'user'>) => {
    const user = fold(device.user);
    if (users.has(user)) counts.set(user, (counts.get(user) ?? 0) + 1);
  };
  for await (const page of backend.list({ statuses: ['V'] }, { unreadable: count })) page.forEach(count);
  return counts;
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
