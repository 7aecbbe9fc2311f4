import { invalid } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/instant.ts';

const WRITTEN = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?$/;
const ZONED = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/i;

/** Reads the times of a server; undefined for what is none. */
export type ReadTime = (value: unknown) => Instant | undefined;
/** The same with parts of seconds, as Unix time: what a filter compares. */
export type ReadMoment = (value: unknown) => number | undefined;

/** Reads times to the second, as devices have them. Errors: `invalid-value` for a zone that nobody knows. */
export function createTimeReader(zone: string): ReadTime {
  const readMoment = createMomentReader(zone);
  return (value) => {
    const moment = readMoment(value);
    return moment === undefined ? undefined : Math.floor(moment);
  };
}

/**
 * Reads times that a server writes without a zone, `2021-10-14 06:44:43`, as those of a zone, an IANA name. An hour
 * that a clock shows twice is its first; one that it skips is read with the offset before. Times with a zone are read
 * as they are, and integers as milliseconds. Errors: `invalid-value` for a zone that nobody knows.
 */
export function createMomentReader(zone: string): ReadMoment {
  const offsetAt = offsetsOf(zone);
  return (value) => {
    if (typeof value === 'number') return seconds(value);
    if (typeof value !== 'string') return undefined;
    const text = value.trim();
    if (text.length > SHORTEST && ZONED.test(text)) return seconds(Date.parse(text.replace(' ', 'T').toUpperCase()));
    const wall = wallTime(text);
    if (wall === undefined) return undefined;
    const part = partOf(text);
    if (zone === 'UTC') return seconds(wall + part);
    // Of the two offsets around a change the clock shows this time under one, both, or none: the earlier moment counts.
    const candidates = [...new Set([offsetAt(wall - DAY), offsetAt(wall + DAY)])].map((offset) => wall - offset);
    const shown = candidates.filter((moment) => moment + offsetAt(moment) === wall);
    return seconds(Math.min(...(shown.length > 0 ? shown : [wall - offsetAt(wall - DAY)])) + part);
  };
}

const DAY = 86_400_000;
/** A day before the end of the calendar: what is counted back from it still has a date. */
const LAST = 8_640_000_000_000_000 - DAY;
/** Characters of a time without a zone and without parts of seconds. */
const SHORTEST = '2021-10-14 06:44:43'.length;

/** Undefined for what no calendar of JavaScript has. */
function seconds(milliseconds: number): number | undefined {
  return Math.abs(milliseconds) <= LAST ? milliseconds / 1000 : undefined;
}

/** The milliseconds behind the seconds of a time without a zone. */
function partOf(text: string): number {
  return text.length > SHORTEST ? Number(`0.${text.slice(SHORTEST + 1, SHORTEST + 4)}`) * 1000 : 0;
}

/** What the clock shows, as if it stood in UTC; undefined for a date that no calendar has. */
function wallTime(text: string): number | undefined {
  if (!WRITTEN.test(text)) return undefined;
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

/** How far a zone is ahead of UTC at a moment. Offsets change on the hour at the finest, and are remembered by it. */
function offsetsOf(zone: string): (moment: number) => number {
  if (zone === 'UTC') return () => 0;
  const format = formatOf(zone);
  const known = new Map<number, number>();
  return (moment) => {
    const hour = Math.floor(moment / QUARTER);
    const found = known.get(hour);
    if (found !== undefined) return found;
    if (known.size > MAX_KNOWN) known.clear();
    const offset = offsetAt(format, hour * QUARTER);
    known.set(hour, offset);
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
