import type { Secret } from '../../domain/secret.ts';
import type { Keeper } from './credentials.ts';

/** What signs in at a server. */
export type SignIn =
  | { readonly kind: 'password'; readonly username: string; readonly secret: Secret }
  | { readonly kind: 'token'; readonly secret: Secret };

/** The credential for a place and what keeps it, if there is one. */
export interface KnownSignIn {
  readonly known?: { readonly signIn: SignIn; readonly keeper: Keeper };
  /** Why the keyring could not be asked, if it was needed. */
  readonly noKeyring?: string;
}
