import { OtpctlError } from '../../../domain/errors.ts';
import { type Instant, LAST_INSTANT } from '../../../domain/instant.ts';

/** A moment from a column. Errors: `store-damaged` for what is none. */
export function instantOf(value: unknown): Instant {
  if (typeof value === 'number' && Math.abs(value) <= LAST_INSTANT) return value;
  throw damagedValue('a time');
}

/** A whole number from a column, within bounds. Errors: `store-damaged`. */
export function integerOf(value: unknown, what: string, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw damagedValue(what);
}

/** One of some words from a column. Errors: `store-damaged`. */
export function wordOf<T extends string>(value: unknown, words: readonly T[], what: string): T {
  const found = words.find((word) => word === value);
  if (found === undefined) throw damagedValue(what);
  return found;
}

/** JSON from a column. Errors: `store-damaged`. */
export function jsonOf(value: unknown, what: string): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    throw damagedValue(what);
  }
}

/** The error for a value that otpctl never writes, so that somebody else did. `what` names it. */
export function damagedValue(what: string): OtpctlError {
  return new OtpctlError(
    'store-damaged',
    `the store holds ${what} that otpctl never wrote`,
    'see what is with  otpctl store check',
  );
}
