import { OtpctlError } from '../../../domain/errors.ts';
import { isObject } from '../../../domain/text/json-object.ts';
import { SEE_VERBOSE } from '../transport/failures.ts';

/** A JSON object in an answer. Its values have not been checked. */
export type Members = Readonly<Record<string, unknown>>;

/** An answer that is not what the protocol says. */
export function malformed(what: string): OtpctlError {
  return new OtpctlError('protocol', `the server answered with ${what}`, SEE_VERBOSE);
}

/** The members of a JSON object. Errors: `protocol` for anything else; `what` names it. */
export function membersIn(value: unknown, what: string): Members {
  if (isObject(value)) return value;
  throw malformed(`something that is no ${what}`);
}

/** The items of an array. Errors: `protocol` for anything else. */
export function listIn<T>(value: unknown, what: string, read: (each: unknown) => T): readonly T[] {
  if (Array.isArray(value)) return value.map(read);
  throw malformed(`something that is no list of ${what}`);
}

/** A text; numbers and booleans become one. Undefined for nothing, null and an empty text. Errors: `protocol`. */
export function textOrNone(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw malformed(`${what} that is no text`);
}

/** A text that must be there. Errors: `protocol`. */
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

/** Decodes a segment of a path; undefined for bytes that are not UTF-8. */
export function decodedSegment(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Encodes a text as a segment of a path. What is not Unicode becomes U+FFFD, which no id has in it. */
export function pathSegment(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
