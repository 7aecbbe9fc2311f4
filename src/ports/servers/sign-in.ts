import type { Secret } from '../../domain/secret.ts';
import type { Keeper } from './credentials.ts';

/** What signs in at a server. */
export type SignIn =
  | { readonly kind: 'password'; readonly username: string; readonly secret: Secret }
  | { readonly kind: 'token'; readonly secret: Secret };

/** What is known of who signs in at a place; nothing where nobody does. */
export interface KnownSignIn {
  readonly known?: { readonly signIn: SignIn; readonly keeper: Keeper };
  /** Why the keyring could not be asked, where it was to be. */
  readonly noKeyring?: string;
}
