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
  /** Why the keyring could not be asked, if it was needed. */
  readonly noKeyring?: string;
}

/** Where a secret went. */
interface KeptCredential {
  readonly keeper: Keeper;
  /** Why the secret is not in the keyring, if it is not. */
  readonly noKeyring?: string;
}

interface RemovedCredentials {
  /** Whether there was anything to remove. */
  readonly removed: boolean;
  /** Why the keyring could not be asked, if it could not. */
  readonly noKeyring?: string;
}

/** The secrets of profiles. Where the keyring fails, in whatever way, they are kept in a file. */
export interface CredentialStore {
  /** Finds a secret of one of several kinds, in their order: in the environment, or else that of a profile. */
  find(profile: string | undefined, kinds: readonly CredentialKind[]): Promise<FoundCredential>;
  /** Keeps a secret. It replaces an older one, wherever that was kept. */
  set(profile: string, kind: CredentialKind, secret: Secret): Promise<KeptCredential>;
  /** Removes the secrets of these kinds, wherever they are kept. */
  remove(profile: string, kinds: readonly CredentialKind[]): Promise<RemovedCredentials>;
  /** Why there is no keyring; undefined if there is one that works. */
  whyNoKeyring(): Promise<string | undefined>;
  /** Words for where a keeper keeps its secrets. */
  describe(keeper: Keeper): string;
}
