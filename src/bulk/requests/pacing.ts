import { setTimeout as pause } from 'node:timers/promises';
import type { Pacing } from '../../ports/bulk/batches.ts';
import type { Timer } from '../../ports/system/timer.ts';

/** Lets so many rows a second pass, evenly; all of them at once without a rate, or after `stop`. */
export function createPacing(timer: Timer, rate: number | undefined, stop: AbortSignal): Pacing {
  let next = 0;
  return {
    async wait(rows) {
      if (rate === undefined) return;
      const now = timer.elapsed();
      const turn = Math.max(now, next);
      next = turn + (rows * 1000) / rate;
      // A stop ends the waiting.
      if (turn > now) await pause(turn - now, undefined, { signal: stop }).catch(() => {});
    },
  };
}
