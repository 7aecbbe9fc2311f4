import { setTimeout as sleep } from 'node:timers/promises';
import type { Timer } from '../ports/timer.ts';

/** The monotonic clock of this process. */
export const systemTimer: Timer = { elapsed: () => performance.now(), sleep: (milliseconds) => sleep(milliseconds) };
