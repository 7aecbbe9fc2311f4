import { createHash } from 'node:crypto';
import type { Instant } from '../../src/domain/instant.ts';
import type { Clock } from '../../src/ports/system/clock.ts';
import type { Random } from '../../src/ports/system/random.ts';
import type { Timer } from '../../src/ports/system/timer.ts';

/** 2022-01-01T00:00:00Z. */
export const NEW_YEAR: Instant = 1_640_995_200;

/** A clock that stands until it is set. */
export function fixedClock(
  now: Instant = NEW_YEAR,
): Clock & { set(now: Instant): void; advance(seconds: number): void } {
  let time = now;
  return {
    now: () => time,
    set: (next) => {
      time = next;
    },
    advance: (seconds) => {
      time += seconds;
    },
  };
}

/** A timer that sleeps at once, and says how long it would have; meanwhile something may happen. */
export function quickTimer(meanwhile?: (milliseconds: number) => Promise<void>): Timer & { readonly slept: number[] } {
  let time = 0;
  const slept: number[] = [];
  return {
    slept,
    elapsed: () => time,
    async sleep(milliseconds) {
      slept.push(milliseconds);
      time += milliseconds;
      await meanwhile?.(milliseconds);
    },
  };
}

/** Bytes that look random and are the same in every run: SHA-256 of a count. */
export function countedRandom(seed = 0): Random {
  let drawn = seed;
  return {
    bytes(count) {
      const chunks: Buffer[] = [];
      for (let have = 0; have < count; have += 32) chunks.push(createHash('sha256').update(`${drawn++}`).digest());
      return Buffer.concat(chunks).subarray(0, count);
    },
  };
}
