import type { Secret } from '../../domain/secret.ts';

/** Where the master key of a store is, as the store itself says. */
export const KEY_LOCATIONS = ['file', 'keyring', 'environment'] as const;
export type KeyLocation = (typeof KEY_LOCATIONS)[number];

/** Which key a store needs, and where the store says that it is. */
export interface KeyName {
  readonly storeId: string;
  readonly location: KeyLocation;
  readonly keyId: string;
}

/** Keeps the master keys of stores: 32 bytes each. */
export interface Vault {
  /**
   * The key of that id, wherever a rotation that was killed has left it; else the key that is in the place that is named.
   * Errors: `key-missing`, `permissions`.
   */
  read(name: KeyName): Promise<Secret>;
  /** Whether the operator brings the key by the environment, which goes before all places. */
  isGiven(): boolean;
  /** Makes a key for a new store, or takes the one that the operator brings, and says where it is from then on. */
  create(storeId: string): Promise<{ readonly key: Secret; readonly location: KeyLocation }>;
  /** A key to put in the place of another: that in a file of the operator's, or a new one. */
  successor(file: string | undefined): Secret;
  /**
   * Keeps a key where it is named, beside the one that is there, and reads it back. It is durable then. To be called by
   * one process at a time. Errors: `key-missing`, `disk`.
   */
  keep(name: KeyName, key: Secret): Promise<void>;
  /** Whether the named key lies where `keep` put it, and not in its lasting place. */
  isUnfinished(name: KeyName): boolean;
  /** Gives it its lasting place. To be called by one process at a time, which knows that the store names this key. */
  finish(name: KeyName): void;
  /** Finishes, and takes away what else there is: where the key was before, and what was the key before. */
  settle(name: KeyName, former: KeyName | undefined): Promise<void>;
  /** The key for a store that comes back: the operator's, the key file that is there, else a new one. */
  adopt(storeId: string): Promise<{ readonly key: Secret; readonly location: KeyLocation }>;
  /** Takes back the key of a store that did not come to be. */
  discard(storeId: string): Promise<void>;
  /** Where a person finds the key: a path, the keyring, or the name of a variable. */
  describe(storeId: string, location: KeyLocation): string;
}
