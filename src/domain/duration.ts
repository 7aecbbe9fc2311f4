import { invalid } from './errors.ts';
import type { Instant } from './instant.ts';

const UNITS = { s: 1, min: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const MONTHS = { mo: 1, y: 12 } as const;
const HINT = 'write for example 12h, 90d, 2w, 6mo or 1y; minutes are min, months mo';

/** A length of time: seconds, or months of the calendar. */
export type Duration = { readonly seconds: number } | { readonly months: number };

/** Reads `30s`, `30min`, `12h`, `90d`, `2w`, `6mo`, `1y`. Refuses `m`, a bare number, zero and a minus. */
export function parseDuration(text: string): Duration {
  const [, digits = '', unit = ''] = /^([0-9]{1,9})([a-z]*)$/.exec(text) ?? [];
  if (digits === '') throw invalid(`"${text}" is not a duration`, HINT);
  if (unit === '') throw invalid(`the duration "${text}" has no unit`, HINT);
  if (unit === 'm') throw invalid(`the unit of "${text}" could mean minutes or months`, HINT);
  const amount = Number(digits);
  if (amount === 0) throw invalid(`the duration "${text}" is zero`, HINT);
  if (Object.hasOwn(UNITS, unit)) return { seconds: amount * UNITS[unit as keyof typeof UNITS] };
  if (Object.hasOwn(MONTHS, unit)) return { months: amount * MONTHS[unit as keyof typeof MONTHS] };
  throw invalid(`"${unit}" is no unit of a duration`, HINT);
}

const FIRST_YEAR = Date.UTC(1, 0) / 1000;

/** The moment that lies a duration before another. A month back from the 31st ends on the last day that there is. */
export function before(now: Instant, duration: Duration): Instant {
  const moment = 'seconds' in duration ? now - duration.seconds : monthsBefore(now, duration.months);
  if (!(moment >= FIRST_YEAR)) throw invalid('the duration is too long', HINT);
  return moment;
}

const LAST_YEAR = Date.UTC(9999, 11, 31) / 1000;

/** The moment that lies a duration after another, by the same calendar. */
export function after(now: Instant, duration: Duration): Instant {
  const moment = 'seconds' in duration ? now + duration.seconds : monthsBefore(now, -duration.months);
  if (!(moment <= LAST_YEAR)) throw invalid('the duration is too long', HINT);
  return moment;
}

function monthsBefore(now: Instant, months: number): Instant {
  const date = new Date(now * 1000);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return Math.floor(date.getTime() / 1000);
}
