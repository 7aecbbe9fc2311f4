/** What can be looked up when a word is completed. */
export const CANDIDATE_KINDS = [
  'devices',
  'users',
  'runs',
  'profiles',
  'settings',
  'assignments',
  'apikeys',
  'serials',
] as const;
export type CandidateKind = (typeof CANDIDATE_KINDS)[number];

export interface Candidate {
  readonly value: string;
  /** What a shell may show beside it. */
  readonly note?: string;
}

/**
 * Values that begin like `prefix`, by their fold, a few at most. Only what is at the place on this machine is read,
 * and only as long as nobody notices: a store that is busy, older, newer or not there has none, or is an error.
 */
export type Candidates = (kind: CandidateKind, prefix: string) => Promise<readonly Candidate[]>;
