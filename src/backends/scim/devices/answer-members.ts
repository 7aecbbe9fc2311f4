import { OtpctlError } from '../../../domain/errors.ts';
import { isObject } from '../../../domain/text/json-object.ts';
import { SEE_VERBOSE } from '../transport/failures.ts';

/** An object of an answer: what is in it, nobody has looked at. */
export type Members = Readonly<Record<string, unknown>>;

/** An answer that is not what the protocol says. */
export function malformed(what: string): OtpctlError {
  return new OtpctlError('protocol', `the server answered with ${what}`, SEE_VERBOSE);
}

/** Errors: `protocol` for what is no object. */
export function membersIn(value: unknown, what: string): Members {
  if (isObject(value)) return value;
  throw malformed(`something that is no ${what}`);
}

/** Errors: `protocol` for what is no list. */
export function listIn<T>(value: unknown, what: string, read: (each: unknown) => T): readonly T[] {
  if (Array.isArray(value)) return value.map(read);
  throw malformed(`something that is no list of ${what}`);
}

/** A text, or a number as one; undefined for what is absent, null or empty. Errors: `protocol`. */
export function textOrNone(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw malformed(`${what} that is no text`);
}

/** Errors: `protocol` for what is no text, and for none. */
export function textIn(value: unknown, what: string): string {
  const text = textOrNone(value, what);
  if (text === undefined) throw malformed(`nothing for ${what}`);
  return text;
}

/** A whole number. Errors: `protocol`. */
export function wholeNumberIn(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw malformed(`${what} that is no whole number`);
}

/** What stands percent-encoded in an address; undefined for what is not UTF-8. */
export function decodedSegment(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A text as a segment of a path. What is no Unicode becomes a sign that nothing is called by. */
export function pathSegment(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
