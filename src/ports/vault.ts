import type { Secret } from '../domain/secret.ts';

/** Where the master key of a store is, as the store itself says. */
export type KeyPlace = 'file' | 'environment';

/** Keeps the master keys of stores: 32 bytes each. */
export interface Vault {
  /** The key of a store. Errors: `key-missing`, `permissions`. */
  read(storeId: string, place: KeyPlace): Promise<Secret>;
  /** Makes a key for a new store, or takes the one that the operator brings, and says where it is from then on. */
  create(storeId: string): Promise<{ readonly key: Secret; readonly place: KeyPlace }>;
  /** The key for a store that comes back: the operator's, the key file that is there, else a new one. */
  adopt(storeId: string): Promise<{ readonly key: Secret; readonly place: KeyPlace }>;
  /** Takes back the key of a store that did not come to be. */
  discard(storeId: string): Promise<void>;
  /** Where a person finds the key: a path, or the name of a variable. */
  describe(storeId: string, place: KeyPlace): string;
}
