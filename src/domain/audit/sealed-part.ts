import { counted } from '../text/counted.ts';

/** A part of the audit log that is not what was written. */
export interface BrokenPart {
  readonly part: 'entries' | 'anchor' | 'floor';
  /** From which entry to which; of the anchor and of where the log begins there are none. */
  readonly first?: number;
  readonly last?: number;
  /** How many of those entries are there. */
  readonly entries?: number;
  readonly finding: string;
}

/** A broken part that an entry `audit.repair` names, and that is as it was then. */
export interface SealedPart extends BrokenPart {
  /** That entry. */
  readonly by: number;
}

/** A sealed part as exports and servers tell of it. */
export function sealedPart({ part, first, last, entries, finding, by }: SealedPart): SealedPart {
  const range = first === undefined || last === undefined ? {} : { first, last, entries: entries ?? 0 };
  return { part, ...range, finding, by };
}

/** What a part is called: `entry 3`, `entries 3 to 7 (4 of them are there)`, `the anchor`. */
export function partWords({ part, first = 0, last = 0, entries = 0 }: BrokenPart): string {
  if (part === 'anchor') return 'the anchor';
  if (part === 'floor') return 'where the log begins';
  const all = last - first + 1;
  const there = entries === all ? '' : ` (${entries === 0 ? 'none' : entries} of ${all} there)`;
  return all === 1 ? `entry ${first}${there}` : `entries ${first} to ${last}${there}`;
}

/** Parts that a sentence names; of more it says how many. */
const NAMED = 5;

/** The sealed parts of a log, in one sentence that begins with how many entries they are. */
export function sealedWords(sealed: readonly SealedPart[]): string {
  const entries = sealed.reduce((sum, part) => sum + (part.entries ?? 0), 0);
  const named = sealed.slice(0, NAMED).map((part) => `${partWords(part)} by entry ${part.by}`);
  const more = sealed.length > NAMED ? [`and ${counted(sealed.length - NAMED, 'more part')}`] : [];
  return `${counted(entries, 'entry', 'entries')} of it sealed as not what was written: ${[...named, ...more].join(', ')}`;
}
