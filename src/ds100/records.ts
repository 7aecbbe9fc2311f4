import { type Ds100Record, ds100Name, ds100Record } from '../domain/ds100.ts';
import { OtpctlError } from '../domain/errors.ts';
import { isObject } from '../domain/text/json-object.ts';
import { notTheApi } from './answers.ts';

/**
 * The record about one device, in an array or alone; undefined for an empty array. An answer that is only
 * about other devices is refused: who acted on it would change somebody else's device. Errors: `protocol`, `ambiguous`.
 */
export function recordFor(
  value: unknown,
  known: { readonly deviceSerialNumber: string; readonly userId?: string },
): Ds100Record | undefined {
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  if (values.length === 0) return undefined;
  const { deviceSerialNumber } = known;
  const records = values.map((each) => ds100Record(each, values.length === 1 ? known : {}));
  const found = records.filter((record) => record?.deviceSerialNumber === deviceSerialNumber);
  if (found.length === 1) return found[0];
  if (found.length === 0) throw notTheApi(`RSA answered without a record about ${ds100Name(known)}`);
  const tokens = found.map((record) => record?.tokenSerialNumber).join(', ');
  throw new OtpctlError('ambiguous', `${ds100Name(known)} has several credentials: ${tokens}`, 'see them at RSA');
}

/** The DS100 among all authenticators of a user. Each entry of the lists in the answer says what it is. */
export function ds100sIn(answer: Readonly<Record<string, unknown>>, userId: string): readonly Ds100Record[] {
  const entries = Object.values(answer).flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return entries.flatMap((entry) => {
    if (!isObject(entry) || !/ds100/i.test(String(entry['deviceType']))) return [];
    const record = ds100Record(entry, { userId });
    if (record === undefined) throw notTheApi('RSA lists a DS100 without its serial numbers and status');
    return [record];
  });
}
