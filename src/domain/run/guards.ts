import { counted, grouped } from '../text/counted.ts';

/** From how many devices on a percentage or a signal says anything. */
const ENOUGH = 50;

export const LAST_DEVICE = ['warn', 'skip', 'refuse'] as const;
/** What becomes of a device whose change leaves its user without an enabled one. */
export type LastDevice = (typeof LAST_DEVICE)[number];

/** What a guard has to say. One that trips stops the run before its first change. */
export interface Finding {
  readonly guard: 'max' | 'max-percent' | 'last-device' | 'signal';
  readonly trips: boolean;
  readonly message: string;
  /** The option that changes it. */
  readonly option: string;
}

/** Trips when more devices would change than a person said there may be. */
export function guardMax(changes: number, max: number | undefined): Finding | undefined {
  if (max === undefined || changes <= max) return undefined;
  const message = `${counted(changes, 'device')} would change, and at most ${grouped(max)} may`;
  return { guard: 'max', trips: true, message, option: '--max N' };
}

/** Trips when too large a part of all devices of the place would change; of few devices any part is. */
export function guardPercent(changes: number, total: number, maxPercent: number): Finding | undefined {
  if (total < ENOUGH || changes * 100 <= maxPercent * total) return undefined;
  const share = Math.floor((changes * 1000) / total) / 10;
  const message = `${counted(changes, 'device')} would change, ${share} % of the ${grouped(total)} that there are, and at most ${maxPercent} % may`;
  return { guard: 'max-percent', trips: true, message, option: '--max-percent P' };
}

/** Trips when no device at all was used after the cut-off: then nobody writes down when devices are used. */
export function guardSignal(total: number, anyUsedSince: boolean): Finding | undefined {
  if (total < ENOUGH || anyUsedSince) return undefined;
  const message = `none of the ${grouped(total)} devices was used after the cut-off, so their last use says nothing`;
  return { guard: 'signal', trips: true, message, option: '--ignore-signal' };
}

/** Speaks of users who would be left without an enabled device. */
export function guardLastDevice(users: number, mode: LastDevice): Finding | undefined {
  if (users === 0) return undefined;
  const who = counted(users, 'user');
  const message = {
    warn: `${who} will be left without an enabled device`,
    skip: `${who} would be left without an enabled device: the last one of each is skipped`,
    refuse: `${who} would be left without an enabled device`,
  }[mode];
  return { guard: 'last-device', trips: mode === 'refuse', message, option: '--last-device warn|skip|refuse' };
}
