import { expect, it } from 'vitest';
import { remoteSet } from '../../support/remote.ts';

/** Rows of a batch at a server without bulk requests, by what the run asks for and how fast it has been. */
it.each([
  [{ concurrency: 8 }, 0, 250],
  [{ concurrency: 8 }, 40, 250],
  [{ concurrency: 8 }, 400, 400],
  [{ concurrency: 8 }, 9000, 1000],
  [{ concurrency: 1 }, 0, 32],
  [{ concurrency: 1 }, 9000, 1000],
  [{ concurrency: 8, rate: 100 }, 9000, 100],
  [{ concurrency: 8, rate: 0.5 }, 0, 1],
])('with %o and %i rows a second a batch has %i rows', async (options, pace, rows) => {
  const { backend } = await remoteSet();
  const batches = await backend.batches?.();
  expect(batches?.plan({ maxFailures: 20, ...options }, pace).size).toBe(rows);
});
