import { invalid } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/instant.ts';

const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?$/;
const WITH_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/i;

/** Reads a time of a server, to the second; undefined for what is none. */
export type ReadTime = (value: unknown) => Instant | undefined;
/** The same with fractions of a second, for filters. */
export type ReadMoment = (value: unknown) => number | undefined;

/** Errors: `invalid-value` for an unknown zone. */
export function createTimeReader(zone: string): ReadTime {
  const readMoment = createMomentReader(zone);
  return (value) => {
    const moment = readMoment(value);
    return moment === undefined ? undefined : Math.floor(moment);
  };
}

/**
 * Takes times without a zone, `2021-10-14 06:44:43`, for local times of `zone`, an IANA name. At a change of the clock, a
 * time that it shows twice is the earlier one, and a time that it skips is read with the offset before the change. Times
 * with a zone are read as they are, and numbers as milliseconds since 1970. Errors: `invalid-value` for an unknown zone.
 */
export function createMomentReader(zone: string): ReadMoment {
  const offsetAt = offsetsOf(zone);
  return (value) => {
    if (typeof value === 'number') return seconds(value);
    if (typeof value !== 'string') return undefined;
    const text = value.trim();
    if (text.length > SHORTEST && WITH_ZONE.test(text))
      return seconds(Date.parse(text.replace(' ', 'T').toUpperCase()));
    const wall = wallTime(text);
    if (wall === undefined) return undefined;
    const fraction = fractionOf(text);
    if (zone === 'UTC') return seconds(wall + fraction);
    // With the offset before and the one after: the moments at which the clock really shows this time are one, two or none.
    const candidates = [...new Set([offsetAt(wall - DAY), offsetAt(wall + DAY)])].map((offset) => wall - offset);
    const shown = candidates.filter((moment) => moment + offsetAt(moment) === wall);
    return seconds(Math.min(...(shown.length > 0 ? shown : [wall - offsetAt(wall - DAY)])) + fraction);
  };
}

const DAY = 86_400_000;
/** The last moment of a JavaScript Date, less a day, so that an offset can be added. */
const LAST = 8_640_000_000_000_000 - DAY;
/** Characters of a time without zone and fraction. */
const SHORTEST = '2021-10-14 06:44:43'.length;

/** Unix time; undefined for what is beyond a JavaScript Date. */
function seconds(milliseconds: number): number | undefined {
  return Math.abs(milliseconds) <= LAST ? milliseconds / 1000 : undefined;
}

/** The milliseconds in the fraction of a time without a zone. */
function fractionOf(text: string): number {
  return text.length > SHORTEST ? Number(`0.${text.slice(SHORTEST + 1, SHORTEST + 4)}`) * 1000 : 0;
}

/** A time without a zone as if it were UTC, in milliseconds; undefined for one that is not in the calendar. */
function wallTime(text: string): number | undefined {
  if (!WITHOUT_ZONE.test(text)) return undefined;
  const [year, month, day] = [twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8)];
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  const plain = year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  if (plain && hour < 24 && minute < 60 && second < 60) return Date.UTC(year, month - 1, day, hour, minute, second);
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  wall.setUTCHours(hour, minute, second);
  const same = wall.getUTCMonth() === month - 1 && wall.getUTCDate() === day && wall.getUTCHours() === hour;
  return same && minute < 60 && second < 60 ? wall.getTime() : undefined;
}

/** The number that two digits of a text are. */
function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

const ZERO = 0x30;

/** How far a zone is ahead of UTC at a moment, in milliseconds. Offsets are kept by the quarter of an hour: none changes in one. */
function offsetsOf(zone: string): (moment: number) => number {
  if (zone === 'UTC') return () => 0;
  const format = formatOf(zone);
  const known = new Map<number, number>();
  return (moment) => {
    const quarter = Math.floor(moment / QUARTER);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    if (known.size > MAX_KNOWN) known.clear();
    const offset = offsetAt(format, quarter * QUARTER);
    known.set(quarter, offset);
    return offset;
  };
}

const QUARTER = 900_000;
const MAX_KNOWN = 20_000;

function offsetAt(format: Intl.DateTimeFormat, moment: number): number {
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - moment;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric' as const;
  const fields = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', calendar: 'iso8601', ...fields });
  } catch {
    throw invalid(`"${timeZone}" is not a time zone`, 'write for example  Europe/Madrid');
  }
}
