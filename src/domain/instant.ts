/** A moment: Unix time in whole seconds. Device times, challenges and the audit log know nothing finer. */
export type Instant = number;

/** The last second that a `Date` of JavaScript can be. */
export const LAST_INSTANT: Instant = 8_640_000_000_000;

/** 9999-12-31T23:59:59Z, the last second whose year has four digits. */
export const LAST_TIME: Instant = 253_402_300_799;

const DAY = 86_400;
const TWO = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
/** The days that were written, as a list of a million devices has few of them; never more than ten years of them. */
const days = new Map<number, string>();
const MAX_DAYS = 3653;

/** ISO 8601 in UTC, to the second, as every output writes it: `2021-10-14T06:44:43Z`. */
export function toIso(instant: Instant): string {
  const day = Math.floor(instant / DAY);
  const seconds = instant - day * DAY;
  return `${days.get(day) ?? writeDay(day)}${TWO[(seconds / 3600) | 0]}:${TWO[((seconds / 60) | 0) % 60]}:${TWO[seconds % 60]}Z`;
}

function writeDay(day: number): string {
  if (days.size >= MAX_DAYS) days.clear();
  const text = new Date(day * DAY * 1000).toISOString().slice(0, -13);
  days.set(day, text);
  return text;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i;

/**
 * Reads `YYYY-MM-DD` (midnight UTC) or an RFC 3339 date-time, as Unix time in seconds with their fraction.
 * Undefined for anything else: a bare year, a date that no calendar has, a time without an offset.
 */
export function parseMoment(text: string): number | undefined {
  if (!DATE.test(text) && !DATE_TIME.test(text)) return undefined;
  const milliseconds = Date.parse(text.toUpperCase());
  if (Number.isNaN(milliseconds)) return undefined;
  // Date.parse takes 2021-02-30 for the second of March.
  const day = Number(text.slice(8, 10));
  if (day > new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()) return undefined;
  return milliseconds / 1000;
}
