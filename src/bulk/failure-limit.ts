import type { Run } from '../domain/run/run.ts';
import type { JournalRow } from '../ports/bulk/journal.ts';

/** Counts the failures of a run, and tells when no row more may be begun. */
export interface FailureLimit {
  /** Aborted after one failure more than the run may have, and when somebody interrupts it. */
  readonly stop: AbortSignal;
  isReached(): boolean;
  add(failures: number): void;
}

export function createFailureLimit({ options }: Pick<Run, 'options'>, interruption: AbortSignal): FailureLimit {
  const reached = new AbortController();
  let failures = 0;
  return {
    stop: AbortSignal.any([reached.signal, interruption]),
    isReached: () => reached.signal.aborted,
    add(more) {
      failures += more;
      if (failures > options.maxFailures) reached.abort();
    },
  };
}

/** How many of some rows failed; one that was sent and cannot be looked at may have. */
export function failuresIn(rows: readonly Pick<JournalRow, 'outcome'>[]): number {
  return rows.filter(({ outcome }) => outcome === 'failed' || outcome === 'sent').length;
}
