/** Does so many pieces of work, each when it is its turn: in the order in which they are given, at most so many at once. */
export type Outlet = (most: number, pieces: number, work: (at: number) => Promise<void>) => Promise<void>;

interface Batch {
  readonly pieces: number;
  readonly work: (at: number) => Promise<void>;
  begun: number;
  ended: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** Lets the requests of batches out: so many at once, and those of one batch before those of the next. */
export function createOutlet(): Outlet {
  const waiting: Batch[] = [];
  let workers = 0;
  const goThrough = async () => {
    workers += 1;
    for (let batch = waiting[0]; batch !== undefined; batch = waiting[0]) {
      const at = batch.begun++;
      if (batch.begun === batch.pieces) waiting.shift();
      try {
        await batch.work(at);
      } catch (error) {
        batch.reject(error);
      }
      batch.ended += 1;
      if (batch.ended === batch.pieces) batch.resolve();
    }
    workers -= 1;
  };
  return (most, pieces, work) =>
    new Promise((resolve, reject) => {
      if (pieces === 0) return resolve();
      waiting.push({ pieces, work, begun: 0, ended: 0, resolve, reject });
      for (let more = Math.min(most - workers, pieces); more > 0; more--) goThrough();
    });
}
