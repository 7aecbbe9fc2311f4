import type { Erasure } from '../../domain/audit/erasure.ts';
import type { BrokenPart, SealedPart } from '../../domain/audit/sealed-part.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Secret } from '../../domain/secret.ts';
import type { KeyLocation } from './vault.ts';

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

/** How many devices there are with one, and the ids of the first of them. */
export interface WeakSecrets {
  readonly count: number;
  readonly some: readonly string[];
}

/** The master key of a store, from outside. */
export interface KeyInfo {
  readonly store: string;
  readonly location: KeyLocation;
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
  /** Moves the master key. It may be there already; what a move that was killed has left is removed. Errors: `usage`. */
  move(to: 'file' | 'keyring'): Promise<KeyInfo>;
  /** Makes another master key and data key, and seals everything anew. Errors: `usage`, `store-damaged`. */
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

/** Exports, prunes and repairs the audit log. */
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
  /** What is broken of the log, and not sealed. Errors: `store-damaged` for what leaves nothing to go by. */
  broken(): Promise<readonly BrokenPart[]>;
  /**
   * Seals exactly what was found broken: an entry for each part names it, and the log goes on from there. Nothing is
   * removed. Errors: `changed-meanwhile`, `store-damaged`.
   */
  repair(broken: readonly BrokenPart[]): Promise<readonly SealedPart[]>;
  /**
   * Takes away what names a user, so that the chain still verifies, and appends an entry that says who did it. Entries of
   * format 1, and what is sealed, stay as they are and are counted. Errors: `store-damaged`.
   */
  erase(user: ErasedUser): Promise<Erasure>;
}

/** Whose entries are erased: those of the id and, of the time before users had ids, those of the name. */
export interface ErasedUser {
  readonly userId: string;
  readonly user: string;
}

export interface StoreFinding {
  readonly finding: string;
  /** What to do about it. */
  readonly remedy: string;
  /** True of what was found before and dealt with: it is told, and the store is sound all the same. */
  readonly known?: true;
}

/** What somebody wrote who has not the keys of the store. */
export interface Forged {
  /** `device 12`, `setting totp.digits`, `which of the API keys there are`. */
  readonly what: string;
  readonly kind: 'device' | 'user' | 'settings' | 'api_keys';
  /** What names the row; empty for a table as a whole. */
  readonly id: string;
}

/** What opens a backup: a passphrase, or the master key of the store. */
export type Unlock = { readonly passphrase: Secret } | 'master key';

/** What a backup says about itself, without a key. */
export interface BackupInfo {
  readonly file: string;
  readonly store: string;
  readonly schema: number;
  readonly time: Instant;
  readonly devices: number;
  readonly auditEntries: number;
  /** Bytes of the whole file. */
  readonly size: number;
  /** SHA-256 of the database in it. */
  readonly digest: string;
  /** `passphrase`, or the id of the master key that it needs. */
  readonly opensWith: string;
}

export interface BackupRequest {
  /** `{time}` in the name stands for the time. */
  readonly file: string;
  readonly unlock: Unlock;
  readonly overwrite: boolean;
  /** How many backups of this store and this pattern stay. */
  readonly keep?: number;
}

export interface BackupReport extends BackupInfo {
  /** Older backups that were removed. */
  readonly removed: readonly string[];
  /** Files that match the pattern and were left alone, and why. */
  readonly left: readonly string[];
  /** What is wrong with the store, and so with the backup. Nothing is removed then. */
  readonly findings: readonly StoreFinding[];
}

/** What is in the place that a restore would take. */
export interface RestoreLoss {
  readonly path: string;
  /** Undefined where it is no store that can be read. */
  readonly store?: {
    readonly id: string;
    readonly devices: number;
    readonly auditEntries: number;
    readonly lastEntry?: Instant;
  };
}

export interface RestoreReport {
  readonly path: string;
  readonly id: string;
  /** When the backup was made: what happened since is not in it. */
  readonly time: Instant;
  readonly schema: number;
  readonly devices: number;
  readonly auditEntries: number;
  /** Where the master key is. */
  readonly key: string;
  /** Where the store is that was there before. */
  readonly keptAside?: string;
  /** When the last of the devices that go by steps of time takes codes again. */
  readonly acceptsFrom?: Instant;
  /** Devices that accept nothing until they are resynchronised. */
  readonly resync: readonly { readonly id: string; readonly name: string; readonly user: string }[];
  readonly findings: readonly StoreFinding[];
}

export interface RestoreRequest {
  readonly file: string;
  readonly unlock: Unlock;
  /** Asked before anything is replaced; throws to stop. */
  confirm(backup: BackupInfo, loss: RestoreLoss | undefined): Promise<void>;
}

/** What an administrator does with a store as a whole. */
export interface StoreAdmin {
  /** Makes a new store. Errors: `duplicate` when there is one. */
  init(): Promise<StoreInfo>;
  /** What the store is, as it stands: an older one stays what it is. */
  info(): Promise<StoreInfo>;
  /** Integrity, references, seals, audit chain. Empty when all is well. */
  check(): Promise<readonly StoreFinding[]>;
  /** Of that, what is wrong with the settings. Errors: those of the vault, `store-damaged`. */
  checkSettings(): Promise<readonly StoreFinding[]>;
  /** Devices whose key is shorter than it should be. */
  weakSecrets(): Promise<WeakSecrets>;
  /** What of the store was forged. Errors: those of the vault. */
  forged(): Promise<readonly Forged[]>;
  /** Signs exactly that as it is now. Errors: `changed-meanwhile`, and those of the vault. */
  sign(forged: readonly Forged[]): Promise<void>;
  /** Rebuilds indexes, and writes the write-ahead log into the file. Nothing is lost. */
  repair(): Promise<void>;
  /** Copies the store into one file. Errors: `file-exists`, `output-unreachable`, `store-damaged`. */
  backup(request: BackupRequest): Promise<BackupReport>;
  /** What a backup says about itself. Errors: `file-unreadable`, `backup-damaged`. */
  inspect(file: string): Promise<BackupInfo>;
  /** Puts a backup in the place of the store. Errors: `backup-damaged`, `key-wrong`, `store-newer`, `store-busy`. */
  restore(request: RestoreRequest): Promise<RestoreReport>;
  /** Brings the store to the schema of this program; the schema before and after. */
  migrate(): Promise<{ readonly from: number; readonly to: number }>;
  readonly key: KeyAdmin;
  readonly audit: AuditKeeper;
}
