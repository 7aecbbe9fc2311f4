import type { Secret } from '../../domain/secret.ts';

export const CREDENTIAL_KINDS = ['password', 'token', 'rsa-key'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** What keeps a secret. */
export type Keeper = 'environment' | 'keyring' | 'file';

interface Credential {
  readonly kind: CredentialKind;
  readonly secret: Secret;
  readonly keeper: Keeper;
}

/** What was found. */
interface FoundCredential {
  readonly credential?: Credential;
  /** Why the keyring could not be asked, where it was to be. */
  readonly noKeyring?: string;
}

/** Where a secret went. */
interface KeptCredential {
  readonly keeper: Keeper;
  /** Why the keyring does not have it, where it does not. */
  readonly noKeyring?: string;
}

interface RemovedCredentials {
  /** Whether there was anything to remove. */
  readonly removed: boolean;
  /** Why the keyring was not asked, where it could not be. */
  readonly noKeyring?: string;
}

/** The secrets of profiles. A keyring that fails in any way is no keyring. */
export interface CredentialStore {
  /** The first that there is of several kinds: of the environment, else of a profile. */
  find(profile: string | undefined, kinds: readonly CredentialKind[]): Promise<FoundCredential>;
  /** Keeps one, in the place of an older one wherever that was. */
  set(profile: string, kind: CredentialKind, secret: Secret): Promise<KeptCredential>;
  /** Removes all kinds that are named, wherever they are. */
  remove(profile: string, kinds: readonly CredentialKind[]): Promise<RemovedCredentials>;
  /** Why no keyring can be asked; undefined where one answers. */
  whyNoKeyring(): Promise<string | undefined>;
  /** Where a keeper keeps things, for a person. */
  describe(keeper: Keeper): string;
}
