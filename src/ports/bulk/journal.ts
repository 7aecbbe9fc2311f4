import type { NewRun, Outcome, PlannedRow, Run, RunRow, RunState } from '../../domain/run/run.ts';

/** A row of a run with its place in it. */
export interface JournalRow extends RunRow {
  /** Counted from 1, in the order of the run. */
  readonly position: number;
}

/** What became of a row, to be written down. */
export interface Settlement extends Pick<RunRow, 'reason' | 'before'> {
  readonly position: number;
  readonly outcome: Outcome;
  /** An enrolment: the device that was made. */
  readonly id?: string;
  readonly name?: string;
}

/** What is known of runs. Whatever a call wrote is durable when it returns. Errors: `run-not-found`, `disk`, `store-busy`. */
export interface RunJournal {
  /** Writes down a run and all of its rows, before the first change. */
  begin(run: NewRun, rows: Iterable<PlannedRow>): Promise<Run>;
  /** Newest first. */
  list(): Promise<readonly Run[]>;
  find(id: string): Promise<Run>;
  /** The rows of a run in their order, in pages; those with one of some outcomes, if any are named. */
  rows(id: string, outcomes?: readonly Outcome[]): AsyncIterable<readonly JournalRow[]>;
  /** The newest rows about devices of a user, in any of these spellings, each with its run. */
  ofUser(
    spellings: readonly string[],
    limit: number,
  ): Promise<readonly { readonly run: Run; readonly row: JournalRow }[]>;
  settle(id: string, settlements: readonly Settlement[]): Promise<void>;
  /** Makes failed rows wait again, and the run run. */
  reopen(id: string): Promise<Run>;
  end(id: string, state: RunState): Promise<Run>;
}
