import type { Instant } from '../domain/instant.ts';
import type { KeyPlace } from './vault.ts';

export interface StoreInfo {
  readonly path: string;
  readonly id: string;
  readonly schema: number;
  /** The schema of this program. */
  readonly newest: number;
  readonly created: Instant;
  readonly devices: number;
  readonly auditEntries: number;
  /** Bytes of the database file. */
  readonly size: number;
  /** Where the master key is. */
  readonly key: string;
  readonly sqlite: string;
}

/** The master key of a store, from outside. */
export interface KeyInfo {
  readonly store: string;
  readonly place: KeyPlace;
  /** The path, the keyring, or the variables. */
  readonly where: string;
  readonly keyId: string;
  readonly since: Instant;
}

export interface Rotation {
  readonly from: string;
  readonly to: string;
  /** How many values were sealed anew. */
  readonly sealed: number;
  readonly where: string;
}

/** The keys of a store. Errors: also those of the vault. */
export interface KeyAdmin {
  show(): Promise<KeyInfo>;
  /** Moves the master key. Already there is a success, and removes what a move was killed over. Errors: `usage`. */
  move(to: 'file' | 'keyring'): Promise<KeyInfo>;
  /** Another master key, another data key, and everything sealed with it. Errors: `usage`, `store-damaged`. */
  rotate(newKeyFile: string | undefined): Promise<Rotation>;
}

/** Entries of the audit log that an export holds, with the last link of its hash chain. */
interface ExportedRange {
  readonly first: number;
  readonly last: number;
  readonly hash: string;
}

/** What was pruned; undefined bounds when there was nothing to prune. */
export interface Pruned {
  readonly first?: number;
  readonly last?: number;
  readonly entries: number;
}

/** The audit log as a thing that grows. */
export interface AuditKeeper {
  /** Writes down that entries were exported: without it they are not pruned. Errors: `store-damaged`. */
  recordExport(range: ExportedRange): Promise<void>;
  /** How many entries from the oldest on are before a moment. */
  countBefore(moment: Instant): Promise<Pruned>;
  /**
   * Removes them, and chains what is left to an entry that has the hash of what was removed. Errors: `not-exported`,
   * `store-damaged`.
   */
  prune(before: Instant): Promise<Pruned>;
}

export interface StoreFinding {
  readonly finding: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** The store as a thing to look after. */
export interface StoreAdmin {
  /** Makes a new store. Errors: `duplicate` when there is one. */
  init(): Promise<StoreInfo>;
  /** What the store is, as it stands: an older one stays what it is. */
  info(): Promise<StoreInfo>;
  /** Integrity, references, seals, audit chain. Empty when all is well. */
  check(): Promise<readonly StoreFinding[]>;
  /** Brings the store to the schema of this program; the schema before and after. */
  migrate(): Promise<{ readonly from: number; readonly to: number }>;
  readonly key: KeyAdmin;
  readonly audit: AuditKeeper;
}
