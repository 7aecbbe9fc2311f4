import { setImmediate as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRequestPool } from '../../../src/bulk/requests/request-pool.ts';

/** A pool whose pieces take a moment, and what was seen of them. */
function watched() {
  const pool = createRequestPool();
  const begun: string[] = [];
  let [now, most] = [0, 0];
  const give = (batch: string, limit: number, pieces: number) =>
    pool(limit, [...Array(pieces).keys()], async (at) => {
      begun.push(`${batch}${at}`);
      now += 1;
      most = Math.max(most, now);
      await pause();
      now -= 1;
      if (batch === 'bad') throw new Error(`piece ${at}`);
    });
  return { give, begun, most: () => most, now: () => now };
}

describe('a pool of requests', () => {
  it.each([1, 3, 8, 64])(
    'does every piece once and in order, at most %i at once, whatever the batches',
    async (limit) => {
      const { give, begun, most, now } = watched();
      await Promise.all([give('a', limit, 10), give('b', limit, 2), give('c', limit, 20)]);
      const named = (batch: string, pieces: number) => Array.from({ length: pieces }, (_, at) => `${batch}${at}`);
      expect(begun).toEqual([...named('a', 10), ...named('b', 2), ...named('c', 20)]);
      expect(most()).toBe(Math.min(limit, 32));
      expect(now()).toBe(0);
    },
  );

  it('tells of the end of a batch when its own last piece has ended', async () => {
    const { give, begun } = watched();
    const second = give('a', 2, 3).then(() => begun.length);
    await give('b', 2, 50);
    expect(await second).toBeLessThan(10);
  });

  it('has nothing to wait for in a batch without pieces', async () => {
    const { give, begun } = watched();
    const first = await Promise.race([give('a', 8, 0).then(() => 'its end'), pause().then(() => 'a turn')]);
    expect({ first, begun }).toEqual({ first: 'its end', begun: [] });
  });

  it('goes on when pieces fail: that batch fails with the first of them, the others do not notice', async () => {
    const { give, begun, now } = watched();
    const [bad, good] = await Promise.allSettled([give('bad', 2, 5), give('good', 2, 5)]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'piece 0' } });
    expect(good.status).toBe('fulfilled');
    expect(begun).toHaveLength(10);
    await give('later', 2, 4);
    expect(begun).toHaveLength(14);
    expect(now()).toBe(0);
  });
});
