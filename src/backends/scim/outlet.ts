/** Lets the requests of batches out: so many at once, and those of one batch before those of the next. */
export interface Outlet {
  /** Waits until the batch before has begun its last request; what is answered says that this one has. */
  enter(): Promise<() => void>;
  /** Waits until there are fewer than `most` under way; what is answered says that it has ended. */
  start(most: number): Promise<() => void>;
}

export function createOutlet(): Outlet {
  let last = Promise.resolve();
  let underWay = 0;
  const waiting: (() => void)[] = [];
  return {
    async enter() {
      const before = last;
      let leave = () => {};
      last = new Promise((resolve) => {
        leave = resolve;
      });
      await before;
      return leave;
    },
    async start(most) {
      while (underWay >= most) await new Promise<void>((resolve) => waiting.push(resolve));
      underWay += 1;
      return () => {
        underWay -= 1;
        waiting.shift()?.();
      };
    },
  };
}
