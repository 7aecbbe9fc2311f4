import type { Device } from '../domain/device/device.ts';
import type { Run } from '../domain/run/run.ts';
import { runLabel } from '../domain/run/run-label.ts';
import { fold } from '../domain/user.ts';
import type { Backend } from '../ports/backend.ts';
import type { Turn } from '../ports/bulk/batches.ts';
import type { BulkPlace } from '../ports/bulk/bulk-place.ts';
import type { JournalRow, RunJournal } from '../ports/bulk/journal.ts';
import type { Timer } from '../ports/system/timer.ts';
import { changeBatch } from './change-batch.ts';
import { createSingleBatches } from './single-batches.ts';

/** Users that are asked for one by one; of more, all enabled devices are listed instead. */
const FEW_USERS = 20;

/** Milliseconds after which what was read of a row is old: it is read again before it is changed. */
const FRESH = 10_000;

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

/** Keeps batches under way, and has no more rows begun in a second than the run may. */
async function* changeByRequests(
  { backend, journal, timer }: Tools,
  run: Run,
  stop: AbortSignal,
): AsyncGenerator<readonly JournalRow[]> {
  const { maxFailures, rate } = run.options;
  const batches = (await backend.batches?.()) ?? createSingleBatches(backend);
  const pace = createPace(timer, rate);
  const queue = createQueue(journal, run);
  const settled: JournalRow[] = [];
  const started = timer.elapsed();
  let [failures, done] = [0, 0];
  let wake = () => {};
  const plan = () => batches.plan(run.options, done === 0 ? 0 : (done * 1000) / (timer.elapsed() - started));
  const goesOn = () => !stop.aborted && failures <= maxFailures;
  const lane = async () => {
    while (goesOn()) {
      const rows = await queue.take(plan().size);
      if (rows.length === 0 || !goesOn()) return;
      const failed = () => {
        failures += 1;
      };
      const turn = () => createTurn(timer, pace, goesOn);
      const changed = await changeBatch({ batches, journal, run, turn, failed }, rows);
      const ended = changed.filter((row) => !isOpen(row));
      done += ended.length;
      queue.putBack(changed.filter(isOpen));
      settled.push(...ended);
      wake();
    }
  };
  let ended = false;
  const work = Promise.allSettled(Array.from({ length: plan().lanes }, lane)).then((ends) => {
    ended = true;
    wake();
    return ends;
  });
  try {
    while (!ended || settled.length > 0) {
      if (settled.length > 0) yield settled.splice(0);
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    // What was begun is seen to its end, so that the journal knows of it.
    failures += ended ? 0 : Number.POSITIVE_INFINITY;
    await work;
  }
  // What made one of them fail in a way that is no answer of the place.
  for (const end of await work) if (end.status === 'rejected') throw end.reason;
}

/** What is looked at again in this run: not what was sent and could not be. */
function isOpen({ outcome, error }: JournalRow): boolean {
  return outcome === 'waiting' || (outcome === 'sent' && error === undefined);
}

/** The rows of a run that wait, each to one taker. */
function createQueue(journal: RunJournal, run: Run) {
  const pages = journal.rows(run.id, ['waiting', 'sent'])[Symbol.asyncIterator]();
  let rows: JournalRow[] = [];
  let reading: Promise<void> | undefined;
  const more = async () => {
    const { done, value } = await pages.next();
    if (done !== true) rows = [...rows, ...value];
  };
  return {
    async take(size: number): Promise<readonly JournalRow[]> {
      if (rows.length === 0) {
        reading ??= more().finally(() => {
          reading = undefined;
        });
        await reading;
      }
      return rows.splice(0, size);
    },
    putBack(again: readonly JournalRow[]) {
      rows = [...again, ...rows];
    },
  };
}

/** Lets so many rows a second pass, evenly. */
function createPace(timer: Timer, rate: number | undefined): (rows: number) => Promise<void> {
  let next = 0;
  return async (rows) => {
    if (rate === undefined) return;
    const now = timer.elapsed();
    const slot = Math.max(now, next);
    next = slot + (rows * 1000) / rate;
    if (slot > now) await timer.sleep(slot - now);
  };
}

/** The turns of a batch, which ends when what was read of it is old. */
function createTurn(timer: Timer, pace: (rows: number) => Promise<void>, goesOn: () => boolean): Turn {
  const until = timer.elapsed() + FRESH;
  return {
    async begin(rows) {
      if (timer.elapsed() > until) return false;
      await pace(rows);
      return goesOn();
    },
    again: pace,
  };
}
