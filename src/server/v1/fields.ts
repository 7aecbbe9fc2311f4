import { invalid } from '../../domain/errors.ts';
import { HttpError } from '../answers/http-error.ts';

/** Reads one value. `name` is the name of the field, for the error. No error repeats the value: it may be a secret. */
export type Reader<T> = (value: unknown, name: string) => T;

type Shape = Readonly<Record<string, Reader<unknown>>>;
type Fields<S extends Shape> = { readonly [K in keyof S]?: ReturnType<S[K]> };

/** The fields of a JSON object or a query string. Errors: `invalid-value` for unknown fields and wrong values. */
export function fieldsOf<S extends Shape>(body: unknown, shape: S): Fields<S> {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw invalid('the body is not a JSON object');
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    const reader = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (reader === undefined) {
      const known = Object.keys(shape).join(', ');
      throw invalid('there is a field that is not known here', known === '' ? undefined : `the fields are ${known}`);
    }
    fields[name] = reader(value, name);
  }
  return fields as Fields<S>;
}

/** The value of a field that must be there. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw invalid(`${name} is missing`);
  return value;
}

export const text: Reader<string> = (value, name) => {
  if (typeof value !== 'string') throw invalid(`${name} is not a text`);
  return value;
};

export const flag: Reader<boolean> = (value, name) => {
  if (typeof value !== 'boolean') throw invalid(`${name} is not true or false`);
  return value;
};

/** A text that is read by a parser of the domain. */
export function parsed<T>(parse: (text: string) => T): Reader<T> {
  return (value, name) => parse(text(value, name));
}

export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return (value, name) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw invalid(`${name} is not one of ${words.join(', ')}`);
    return found;
  };
}

/** A whole number of at least `least`; in a query string, its digits. */
export function wholeNumber(least: number): Reader<number> {
  return (value, name) => {
    const number = typeof value === 'string' && /^[0-9]{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < least) {
      throw invalid(`${name} is not a whole number of ${least} or more`);
    }
    return number;
  };
}

/** A list; in a query string, also a single value. */
export function listOf<T>(reader: Reader<T>, most = Number.POSITIVE_INFINITY): Reader<readonly T[]> {
  return (value, name) => {
    const values = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(values)) throw invalid(`${name} is not a list`);
    if (values.length > most) throw invalid(`${name} is a list of more than ${most}`);
    return values.map((each) => reader(each, name));
  };
}

/** An object with names that the client chooses. */
export function recordOf<T>(reader: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${name} is not an object`);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, reader(each, name)]));
  };
}

/** The value of a parameter in the path. */
export function parameter(request: { readonly params: unknown }, name: string): string {
  const value = (request.params as Record<string, string | undefined>)[name];
  if (value === undefined) throw new HttpError(404, 'there is nothing here');
  return value;
}
