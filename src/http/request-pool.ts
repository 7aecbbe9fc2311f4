/** Works on the items of a batch, each when its turn comes: in the order in which they are given, so many at once. */
export type RequestPool = <T>(atOnce: number, batch: readonly T[], work: (item: T) => Promise<void>) => Promise<void>;

/**
 * A pool of requests, which batches share: so many are under way at once, and those of one batch go before those of the
 * next. A batch ends with its own last item, and fails with the first that fails; the others are worked on all the same.
 */
export function createRequestPool(): RequestPool {
  const waiting: (() => Promise<void>)[] = [];
  let workers = 0;
  const goThrough = async () => {
    workers += 1;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
    workers -= 1;
  };
  return async (atOnce, batch, work) => {
    const ends = batch.map(
      (item) => new Promise<void>((resolve, reject) => waiting.push(() => work(item).then(resolve, reject))),
    );
    for (let more = Math.min(atOnce - workers, batch.length); more > 0; more--) void goThrough();
    await Promise.all(ends);
  };
}
