import { notSupported } from '../domain/errors.ts';

/**
 * A part of a backend that not every place has, for a command that cannot do without it. Errors: `not-supported-here`;
 * `wantedFor` says what for: `to list users`.
 */
export function offered<T>(part: T | undefined, wantedFor: string): T {
  if (part === undefined) throw notSupported(wantedFor);
  return part;
}
