import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import type { RunOptions } from '../domain/run/run.ts';

/**
 * Works through items at the pace of a run: so many at once, so many begun in a second. An item is taken when there is
 * room for it, and results come as they are there. One that is `alone` has nothing under way beside it. After `stop`, or
 * when one throws, none more is begun; what was begun is seen to its end, and then the error thrown.
 */
export async function* workThrough<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  { concurrency, rate }: Pick<RunOptions, 'concurrency' | 'rate'>,
  stop: AbortSignal,
  work: (item: T) => Promise<R>,
  alone: (item: T) => boolean = () => false,
): AsyncGenerator<readonly R[]> {
  const underWay = new Set<Promise<void>>();
  const done: R[] = [];
  const failures: unknown[] = [];
  const start = (item: T) => {
    // Each in a turn of its own: a signal is heard between turns only, and work on a local store never leaves its own.
    const ending = setImmediate(item)
      .then(work)
      .then((result) => void done.push(result))
      .catch((error: unknown) => void failures.push(error))
      .then(() => void underWay.delete(ending));
    underWay.add(ending);
  };
  try {
    for await (const item of items) {
      if (alone(item)) await Promise.all(underWay);
      if (done.length > 0) yield done.splice(0);
      if (stop.aborted || failures.length > 0) break;
      start(item);
      if (alone(item)) await Promise.all(underWay);
      if (rate !== undefined) await pause(1000 / rate, undefined, { signal: stop }).catch(() => {});
      while (underWay.size >= concurrency) await Promise.race(underWay);
      if (done.length > 0) yield done.splice(0);
    }
  } finally {
    await Promise.all(underWay);
  }
  if (done.length > 0) yield done;
  if (failures.length > 0) throw failures[0];
}
