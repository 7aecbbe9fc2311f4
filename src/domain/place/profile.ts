import { invalid, OtpctlError } from '../errors.ts';
import { nearest } from '../query/nearest.ts';
import type { RsaAccess } from './rsa-access.ts';
import type { Server } from './server.ts';

/** The profile that is always there: the store of this machine. */
export const LOCAL = 'local';

/** A named place to work on: a local store, or a server. */
export interface Profile {
  readonly name: string;
  /** The path of a local store; undefined for the default one, and for a server. */
  readonly store?: string;
  readonly server?: Server;
  /** The users that are there by it, as a filter; absent where all are. */
  readonly scope?: string;
  readonly rsa?: RsaAccess;
}

export function profileName(text: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(text)) return text;
  throw invalid('this is not a name for a profile', 'write 1 to 64 letters, digits, dots, hyphens or underscores');
}

/** One of several profiles by its name. Errors: `profile-not-found`, with the name that was probably meant. */
export function findProfile(profiles: readonly Profile[], name: string): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  const names = profiles.map((profile) => profile.name);
  const meant = nearest(name, names);
  const hint = meant === undefined ? `the profiles are  ${names.join(', ')}` : `did you mean  ${meant}`;
  throw new OtpctlError('profile-not-found', `there is no profile "${name}"`, hint);
}
