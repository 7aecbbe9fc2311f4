import { invalid, OtpctlError } from './errors.ts';
import type { Server } from './place.ts';
import { nearest } from './query/nearest.ts';

/** The profile that is always there: the store of this machine. */
export const LOCAL = 'local';

/** A named place to work on: a local store, or a server. */
export interface Profile {
  readonly name: string;
  /** The path of a local store; undefined for the default one, and for a server. */
  readonly store?: string;
  readonly server?: Server;
  readonly rsa?: RsaAccess;
}

/** The way to RSA's Cloud Administration API: by the key file of an administrator, or by OAuth. */
export interface RsaAccess {
  readonly url?: string;
  /** The Administration API key file. Without it and `issuer`, the key is kept where passwords are. */
  readonly keyFile?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  /** The private key as JWK; without it, it is kept where passwords are. */
  readonly privateKeyFile?: string;
  readonly scopes?: readonly string[];
  /** Certificates of authorities to trust besides. */
  readonly caFile?: string;
}

export function profileName(text: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(text)) return text;
  throw invalid('this is not a name for a profile', 'write 1 to 64 letters, digits, dots, hyphens or underscores');
}

/** Both ways at once, or half of one, is none. */
export function checkRsaAccess(access: RsaAccess): RsaAccess {
  const { url, keyFile, issuer, clientId, privateKeyFile, scopes } = access;
  const oauth = [issuer, clientId, privateKeyFile, scopes].some((each) => each !== undefined);
  if (keyFile !== undefined && oauth) {
    throw invalid('the RSA access has both keyFile and OAuth (issuer, clientId ...)', 'keep one of them');
  }
  if (oauth && (url === undefined || issuer === undefined || clientId === undefined)) {
    throw invalid('OAuth of the RSA access needs url, issuer and clientId', 'give all three');
  }
  return access;
}

/** Half of a client certificate is none. */
export function checkServer<S extends Pick<Server, 'clientCertFile' | 'clientKeyFile'>>(server: S): S {
  if ((server.clientCertFile === undefined) !== (server.clientKeyFile === undefined)) {
    throw invalid('a client certificate needs both clientCertFile and clientKeyFile', 'give both');
  }
  return server;
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
