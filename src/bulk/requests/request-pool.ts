/** Works on the items of a batch, each when its turn comes: in the order in which they are given, so many at once. */
export type RequestPool = <T, R>(
  atOnce: number,
  batch: readonly T[],
  work: (item: T) => Promise<R>,
) => Promise<readonly R[]>;

/**
 * A pool of requests, which batches share: so many are under way at once, and those of one batch go before those of the
 * next. A batch ends with its own last item, and fails with the first that failed: all are worked on.
 */
export function createRequestPool(): RequestPool {
  const waiting: (() => Promise<void>)[] = [];
  let workers = 0;
  const goThrough = async () => {
    workers += 1;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
    workers -= 1;
  };
  return async <T, R>(atOnce: number, batch: readonly T[], work: (item: T) => Promise<R>) => {
    const ends = batch.map(
      (item) => new Promise<R>((resolve, reject) => waiting.push(() => work(item).then(resolve, reject))),
    );
    for (let more = Math.min(atOnce - workers, batch.length); more > 0; more--) void goThrough();
    await Promise.allSettled(ends);
    return Promise.all(ends);
  };
}
