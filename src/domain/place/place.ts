import { OtpctlError } from '../errors.ts';
import { ofNoUser } from '../scope.ts';
import { commandLine } from '../text/command-line.ts';
import type { RsaAccess } from './rsa-access.ts';
import type { Server } from './server.ts';

/** Where the devices are. */
export type Place = LocalPlace | RemotePlace;

export interface LocalPlace {
  /** The path of a local store; undefined for the default one. */
  readonly store?: string;
  readonly profile?: string;
  /** The users that are there by the profile, as a filter. */
  readonly scope?: string;
  /** The way to RSA that the profile has. */
  readonly rsa?: RsaAccess;
}

export interface RemotePlace extends Server {
  readonly insecureHttp: boolean;
  /** The profile whose secret signs in; undefined if the secret can come from the environment only. */
  readonly profile?: string;
  /** The users that are there by the profile, as a filter: the server is sent it with each request. */
  readonly scope?: string;
  readonly rsa?: RsaAccess;
}

export function isRemote(place: Place): place is RemotePlace {
  return 'url' in place;
}

/** A place that must be a local store. Errors: `not-supported-here`, for a server. */
export function localPlace(place: Place): LocalPlace {
  if (!isRemote(place)) return place;
  throw new OtpctlError('not-supported-here', 'a server keeps its own store', 'name a local one with  --store PATH');
}

/** A local store as a whole. Errors: `not-allowed` for one of which a profile has the users of a scope alone. */
export function wholeStore(place: LocalPlace): LocalPlace {
  if (place.scope === undefined) return place;
  throw ofNoUser('what this command is about');
}

/** The error that there is no credential for a server. `noKeyring` says why the keyring could not be asked. */
export function notSignedIn({ url, profile }: RemotePlace, noKeyring: string | undefined): OtpctlError {
  const why = noKeyring === undefined ? '' : `; the keyring could not be asked: ${noKeyring}`;
  const how =
    profile === undefined
      ? 'set OTPCTL_TOKEN, or OTPCTL_USERNAME and OTPCTL_PASSWORD'
      : `sign in with  ${commandLine(['profile', 'login', profile])}${noKeyring === undefined ? '' : ',  or look with  otpctl doctor'}`;
  return new OtpctlError('not-signed-in', `not signed in at ${url}${why}`, how);
}
