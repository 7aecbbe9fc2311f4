import { setTimeout as pause } from 'node:timers/promises';

export interface Pace {
  /** How many are under way at once. */
  readonly concurrency: number;
  /** How many begin in a second, at most. */
  readonly rate?: number | undefined;
  readonly stop: AbortSignal;
}

/**
 * Does work on items, several at once, and answers what became of them as it is known. One that is `alone` has nothing
 * under way beside it. After `stop` none is begun; what was begun is seen to its end.
 */
export async function* atOnce<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  alone: (item: T) => boolean,
  { concurrency, rate, stop }: Pace,
): AsyncGenerator<readonly R[]> {
  const underWay = new Set<Promise<void>>();
  const done: R[] = [];
  const start = (item: T) => {
    const one = work(item).then((result) => {
      done.push(result);
      underWay.delete(one);
    });
    // It is awaited below, later than it may fail.
    one.catch(() => {});
    underWay.add(one);
  };
  try {
    for await (const item of items) {
      if (alone(item)) await Promise.all(underWay);
      if (done.length > 0) yield done.splice(0);
      if (stop.aborted) break;
      start(item);
      if (alone(item)) await Promise.all(underWay);
      if (rate !== undefined) await pause(1000 / rate);
      while (underWay.size >= concurrency) await Promise.race(underWay);
      if (done.length > 0) yield done.splice(0);
    }
  } finally {
    await Promise.allSettled(underWay);
  }
  // Once more, for what made one of them fail.
  await Promise.all(underWay);
  if (done.length > 0) yield done;
}
