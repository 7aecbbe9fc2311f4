import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { OtpctlError } from '../domain/errors.ts';
import { changedMeanwhile, type Run } from '../domain/run.ts';
import { fold } from '../domain/user.ts';
import type { Backend } from '../ports/backend.ts';
import type { BulkPlace } from '../ports/bulk-place.ts';
import type { JournalRow, RunJournal, Settlement } from '../ports/journal.ts';

/** Users that are asked for one by one; of more, all enabled devices are listed instead. */
const FEW_USERS = 20;

/** A place that is changed by single requests: each row is written down before its request and after the answer. */
export function createRequestPlace(
  backend: Backend,
  { place, journal, close }: { readonly place: string; readonly journal: RunJournal; close(): void },
): BulkPlace {
  return {
    backend,
    name: place,
    journal,
    enabled: (users) => enabledOf(backend, users),
    change: (run, stop) => changeByRequests(backend, journal, run, stop),
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
  for await (const page of backend.list({ statuses: ['V'] }, {})) {
    for (const device of page) {
      const user = fold(device.user);
      if (users.has(user)) counts.set(user, (counts.get(user) ?? 0) + 1);
    }
  }
  return counts;
}

/** Keeps as many requests under way as the run says, and starts no more of them in a second than it says. */
async function* changeByRequests(
  backend: Backend,
  journal: RunJournal,
  run: Run,
  stop: AbortSignal,
): AsyncGenerator<readonly JournalRow[]> {
  const { concurrency, rate } = run.options;
  const settle = createSettler(journal, run.id);
  const underWay = new Set<Promise<void>>();
  const settled: JournalRow[] = [];
  const start = (row: JournalRow) => {
    const work = changeRow(backend, settle, run, row).then((done) => {
      settled.push(done);
      underWay.delete(work);
    });
    // It is awaited below, later than it may fail.
    work.catch(() => {});
    underWay.add(work);
  };
  try {
    for await (const row of rowsOf(journal, run)) {
      if (stop.aborted) break;
      start(row);
      if (rate !== undefined) await pause(1000 / rate);
      while (underWay.size >= concurrency) await Promise.race(underWay);
      if (settled.length > 0) yield settled.splice(0);
    }
  } finally {
    // What was begun is seen to its end, so that the journal knows of it.
    await Promise.allSettled(underWay);
  }
  // Once more, for what made one of them fail in a way that is no answer of the place.
  await Promise.all(underWay);
  if (settled.length > 0) yield settled;
}

async function* rowsOf(journal: RunJournal, run: Run): AsyncGenerator<JournalRow> {
  for await (const rows of journal.rows(run.id, ['waiting', 'sent'])) yield* rows;
}

/** Changes one device, or finds why not. What the place answers with an error is a row that failed. */
async function changeRow(backend: Backend, settle: Settle, run: Run, row: JournalRow): Promise<JournalRow> {
  const settled = await attempt(backend, settle, run, row);
  await settle(settled);
  return settled;
}

async function attempt(backend: Backend, settle: Settle, run: Run, row: JournalRow): Promise<JournalRow> {
  try {
    const found = await backend.find(row.id);
    // Sent before and not answered: what it is now says whether it arrived.
    if (row.outcome === 'sent' && (found?.status ?? 'deleted') === row.to) return { ...row, outcome: 'changed' };
    const reason = changedMeanwhile(row, found);
    if (reason !== undefined) return { ...row, outcome: 'skipped', reason };
    const before = { fails: found?.fails ?? 0 };
    await settle({ position: row.position, outcome: 'sent', before });
    if (row.to === 'deleted') await backend.remove(row.id, run.origin);
    else await backend.setStatus(row.id, row.to, run.origin);
    return { ...row, outcome: 'changed', before };
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    return { ...row, outcome: 'failed', reason: error.message, error: error.code };
  }
}

type Settle = (settlement: Settlement) => Promise<void>;

/** Writes settlements down, those of one moment together: each resolves when it is durable. */
function createSettler(journal: RunJournal, run: string): Settle {
  let waiting: Settlement[] = [];
  let next: Promise<void> | undefined;
  const flush = async () => {
    await setImmediate();
    const now = waiting;
    [waiting, next] = [[], undefined];
    await journal.settle(run, now);
  };
  return (settlement) => {
    waiting.push(settlement);
    next ??= flush();
    return next;
  };
}
