import type { Clock } from '../ports/system/clock.ts';
import type { Timer } from '../ports/system/timer.ts';

/** The clock of this machine. */
export const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) };

/** The monotonic clock of this machine. */
export const systemTimer: Timer = {
  elapsed: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
