import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { workThrough } from '../../src/bulk/work-through.ts';

const ITEMS = Array.from({ length: 20 }, (_, at) => at);
const never = new AbortController().signal;

/** Everything that comes, and how many were under way at most. */
async function all(pace: Parameters<typeof workThrough>[1], stop = never, work = async (item: number) => item) {
  let [now, most] = [0, 0];
  const results: number[] = [];
  const begun: number[] = [];
  const counted = async (item: number) => {
    begun.push(item);
    now += 1;
    most = Math.max(most, now);
    try {
      await pause(2);
      return await work(item);
    } finally {
      now -= 1;
    }
  };
  const failure = await (async () => {
    for await (const some of workThrough(ITEMS, pace, stop, counted)) results.push(...some);
  })().catch((error: unknown) => error);
  return { results: results.sort((a, b) => a - b), begun, most, left: now, failure };
}

describe('work at a pace', () => {
  it.each([1, 3, 64])('is done for every item, at most %i at once', async (concurrency) => {
    const { results, most } = await all({ concurrency });
    expect(results).toEqual(ITEMS);
    expect(most).toBe(Math.min(concurrency, ITEMS.length));
  });

  it('leaves an item that is to be alone alone', async () => {
    const underWay = new Set<number>();
    const beside: number[] = [];
    const work = async (item: number) => {
      if (item % 5 === 0 || underWay.has(5)) beside.push(underWay.size);
      underWay.add(item);
      await pause(2);
      if (item % 5 === 0) beside.push(underWay.size - 1);
      underWay.delete(item);
      return item;
    };
    const results: number[] = [];
    for await (const some of workThrough(ITEMS, { concurrency: 8 }, never, work, (item) => item % 5 === 0)) {
      results.push(...some);
    }
    expect(results.sort((a, b) => a - b)).toEqual(ITEMS);
    expect(beside).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('begins no more in a second than the rate says', async () => {
    const started = performance.now();
    await all({ concurrency: 20, rate: 100 });
    expect(performance.now() - started).toBeGreaterThan(19 * 9);
  });

  it('begins nothing more after a stop, and sees to its end what was begun', async () => {
    const stop = new AbortController();
    const { results, begun, left } = await all({ concurrency: 4 }, stop.signal, async (item) => {
      if (item === 5) stop.abort();
      return item;
    });
    expect(results).toEqual([...begun].sort((a, b) => a - b));
    expect(begun.length).toBeLessThan(ITEMS.length);
    expect(left).toBe(0);
  });

  it('hears of a stop, though no work waits for anything outside', async () => {
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    const begun: number[] = [];
    const work = async (item: number) => void begun.push(item);
    for await (const _ of workThrough(ITEMS, { concurrency: 8 }, stop.signal, work));
    expect(begun.length).toBeLessThan(ITEMS.length);
  });

  it('does not wait for its rate after a stop', { timeout: 60_000 }, async () => {
    const stop = new AbortController();
    // Between two of them are hours.
    const { begun } = await all({ concurrency: 1, rate: 0.0001 }, stop.signal, async (item) => {
      stop.abort();
      return item;
    });
    expect(begun).toEqual([0]);
  });

  it('throws what one of them threw, after everything that the others did', async () => {
    const { results, begun, failure, left } = await all({ concurrency: 4 }, never, async (item) => {
      if (item === 2) throw new Error('no');
      return item;
    });
    expect(failure).toEqual(new Error('no'));
    expect(results).toEqual(begun.filter((item) => item !== 2).sort((a, b) => a - b));
    expect(begun.length).toBeLessThan(ITEMS.length);
    expect(left).toBe(0);
  });
});
