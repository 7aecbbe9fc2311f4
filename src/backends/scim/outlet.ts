/** Does a piece of work when it is its turn: in the order in which they are given, at most so many at once. */
export type Outlet = (most: number, work: () => Promise<void>) => Promise<void>;

/** Lets the requests of batches out: so many at once, and those of one batch before those of the next. */
export function createOutlet(): Outlet {
  const waiting: (() => Promise<void>)[] = [];
  let workers = 0;
  const goThrough = async () => {
    workers += 1;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
    workers -= 1;
  };
  return (most, work) =>
    new Promise((resolve, reject) => {
      waiting.push(() => work().then(resolve, reject));
      if (workers < most) goThrough();
    });
}
