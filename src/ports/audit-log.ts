import type { AuditEntry, AuditSelection, ChainedEntry } from '../domain/audit/audit.ts';
import type { SealedPart } from '../domain/audit/sealed-part.ts';
import type { Instant } from '../domain/instant.ts';

/** The end of the chain as the store keeps it apart from the entries. */
export interface AuditAnchor {
  readonly count: number;
  /** The HMAC of the last entry. */
  readonly head: Uint8Array;
  /** The HMAC over both, so that an anchor cannot be made up. */
  readonly mac: Uint8Array;
  /** Where the log begins, when what was before it was pruned: the last entry of that, and its HMAC. */
  readonly floor?: { readonly seq: number; readonly head: Uint8Array };
}

export type AuditVerdict =
  | {
      readonly intact: true;
      readonly entries: number;
      /** What is not as it was written, and known; absent where there is nothing. */
      readonly sealed?: readonly SealedPart[];
    }
  | { readonly intact: false; readonly seq: number; readonly finding: string };

/** The audit log of a store, read. Entries are appended by the transactions that they tell of. */
export interface AuditLog {
  /**
   * Entries by `seq`, oldest first, up to the newest there is when it begins; with a limit, the newest so many. In pages,
   * each after little work: where what is looked for is rare, pages may be empty.
   */
  list(selection: AuditSelection): AsyncIterable<readonly AuditEntry[]>;
  /** The latest time in the newest so many entries; undefined where there is none. */
  latestTime(entries: number): Promise<Instant | undefined>;
  /**
   * The entries up to one in pages, each with its HMAC, for an export that can be checked. Errors: `changed-meanwhile`
   * when entries that were still to come were pruned.
   */
  chain(upTo: number): AsyncIterable<readonly ChainedEntry[]>;
  anchor(): Promise<AuditAnchor>;
  /** Recomputes the chain. Finds an edit, a deletion, an insertion, a reordering and a cut tail. */
  verify(): Promise<AuditVerdict>;
}
