/** A moment: Unix time in whole seconds. Device times, challenges and the audit log know nothing finer. */
export type Instant = number;

/** ISO 8601 in UTC, to the second, as every output writes it: `2021-10-14T06:44:43Z`. */
export function toIso(instant: Instant): string {
  return `${new Date(instant * 1000).toISOString().slice(0, -5)}Z`;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i;

/** Reads what `parseMoment` does. Fractions of a second are cut off. */
export function parseInstant(text: string): Instant | undefined {
  const moment = parseMoment(text);
  return moment === undefined ? undefined : Math.floor(moment);
}

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
