import { type AuditEntry, type AuditResult, ERASE } from './audit.ts';

/** What an entry `user.erase` says: how many entries lost texts of a user, from which to which, and how many kept theirs. */
export interface Erasure {
  readonly entries: number;
  readonly first?: number;
  readonly last?: number;
  /** Entries of format 1, and such as are sealed as broken: their texts cannot be taken away without breaking them. */
  readonly kept: number;
}

export function erasureResult({ entries, first, last, kept }: Erasure): AuditResult {
  const range = entries === 0 ? '' : ` (${first} to ${last})`;
  return `ok: entries erased: ${entries}${range}, kept: ${kept}`;
}

const RESULT = /^ok: entries erased: ([0-9]{1,16})(?: \(([0-9]{1,16}) to ([0-9]{1,16})\))?, kept: ([0-9]{1,16})$/;

/** Reads what an entry says of an erasure; undefined for one that says nothing of any. */
function erasureIn({ action, result }: AuditEntry): Erasure | undefined {
  const [, entries, first, last, kept] = action === ERASE ? (RESULT.exec(result) ?? []) : [];
  if (entries === undefined) return undefined;
  const range = first === undefined ? {} : { first: Number(first), last: Number(last) };
  return { entries: Number(entries), ...range, kept: Number(kept) };
}

/** What is wrong with an erasure, and the entry that says it. */
interface ErasureFinding {
  readonly seq: number;
  readonly finding: string;
}

/**
 * Holds erased entries against the entries that say who erased them, one entry of a log after the other. Where a log was
 * pruned, erased entries may be gone.
 */
export function createErasureCheck() {
  const said = new Map<number, Erasure>();
  const found = new Map<number, number>();
  /** Takes note of an entry that was erased by others, and may be broken otherwise. */
  const noteErased = (erasers: readonly number[]): void => {
    for (const by of new Set(erasers)) found.set(by, (found.get(by) ?? 0) + 1);
  };
  return {
    noteErased,
    /** Takes note of a sound entry, and by which others it was erased. */
    note(entry: AuditEntry, erasers: readonly number[]): void {
      const erasure = erasureIn(entry);
      if (erasure !== undefined) said.set(entry.seq, erasure);
      noteErased(erasers);
    },
    /** What is wrong, when `first` is the first entry that was looked at. */
    findings(first: number): readonly ErasureFinding[] {
      return Array.from(said, ([seq, erasure]): ErasureFinding | undefined => {
        const there = found.get(seq) ?? 0;
        const isWhole = (erasure.first ?? first) >= first;
        if (isWhole ? there === erasure.entries : there <= erasure.entries) return undefined;
        return {
          seq,
          finding: `entry ${seq} says how many entries it erased: ${erasure.entries}, and there are ${there}`,
        };
      }).filter((finding) => finding !== undefined);
    },
    /** Whether a sound entry says that it erased others. */
    says: (seq: number) => said.has(seq),
  };
}
