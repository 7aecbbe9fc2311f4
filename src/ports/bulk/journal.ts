import type { NewRun, Run, RunState } from '../../domain/run/run.ts';
import type { Outcome, PlannedRow, RowState, RowSubject, RunRow } from '../../domain/run/run-row.ts';

/** A row of a run with its place in it, counted from 1. */
export type JournalRow<S extends RowSubject = RowSubject> = RunRow<S> & { readonly position: number };

/** What became of a row, to be written down. */
export interface Settlement extends Pick<RowState, 'outcome' | 'reason'> {
  readonly position: number;
  /** Of a row that is sent: a run that is gone on with looks whether that arrived before it sends it again. */
  readonly before?: RowState['before'];
  /** Of an enrolment: the device that was made. */
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
  /** Writes down how a run, as it is by now, came to its end. */
  end(run: Run, state: RunState): Promise<Run>;
}
