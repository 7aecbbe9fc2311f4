import type { AuditSelection } from '../domain/audit/audit.ts';
import type { ChainedEntry, ListedEntry } from '../domain/audit/entry-proof.ts';
import type { SealedPart } from '../domain/audit/sealed-part.ts';
import type { Instant } from '../domain/instant.ts';

/** The end of the chain, which the store keeps apart from the entries. */
export interface AuditAnchor {
  readonly count: number;
  /** The HMAC of the last entry. */
  readonly head: Uint8Array;
  /** The HMAC over both, so that nobody without the key can make an anchor. */
  readonly mac: Uint8Array;
  /** Where the log begins, when what was before it was pruned: the last entry of that, and its HMAC. */
  readonly floor?: { readonly seq: number; readonly head: Uint8Array };
}

export type AuditVerdict =
  | {
      readonly intact: true;
      readonly entries: number;
      /** Parts that are not as they were written, and that an operator has sealed; absent if there are none. */
      readonly sealed?: readonly SealedPart[];
    }
  | { readonly intact: false; readonly seq: number; readonly finding: string };

/** Reads the audit log of a store. Entries are appended elsewhere: in the transaction of the change that they report. */
export interface AuditLog {
  /**
   * Entries by `seq`, oldest first, up to the newest at the time of the call; with a limit, the newest so many. A page comes
   * after a bounded amount of work, so it may be empty if few entries match.
   */
  list(selection: AuditSelection): AsyncIterable<readonly ListedEntry[]>;
  /** The latest time in the newest so many entries; undefined if there are none. */
  latestTime(entries: number): Promise<Instant | undefined>;
  /**
   * The entries up to the number `upTo`, in pages, each with its HMAC, for an export. Errors: `changed-meanwhile` if entries
   * that were still to come were pruned.
   */
  chain(upTo: number): AsyncIterable<readonly ChainedEntry[]>;
  anchor(): Promise<AuditAnchor>;
  /** Recomputes the chain. Finds an edit, a deletion, an insertion, a reordering and a cut tail. */
  verify(): Promise<AuditVerdict>;
}
