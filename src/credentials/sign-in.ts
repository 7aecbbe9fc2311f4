import { OtpctlError } from '../domain/errors.ts';
import type { RemotePlace } from '../domain/place/place.ts';
import type { CredentialStore } from '../ports/servers/credentials.ts';
import type { KnownSignIn } from '../ports/servers/sign-in.ts';

/** What signs in at a server: a token, or a password with the user name of the place. Errors: `usage`, for no name. */
export async function signInAt({ username, profile }: RemotePlace, credentials: CredentialStore): Promise<KnownSignIn> {
  const { credential, ...trouble } = await credentials.find(profile, ['token', 'password']);
  if (credential === undefined) return trouble;
  const { kind, secret, keeper } = credential;
  if (kind === 'token') return { known: { signIn: { kind, secret }, keeper } };
  if (username === undefined) {
    throw new OtpctlError('usage', 'there is a password, and no user name that goes with it', 'set  OTPCTL_USERNAME');
  }
  return { known: { signIn: { kind: 'password', username, secret }, keeper } };
}
