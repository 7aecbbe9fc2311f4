import type { Instant } from '../domain/instant.ts';

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
}
