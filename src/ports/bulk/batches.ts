import type { Device } from '../../domain/device/device.ts';
import type { OtpctlError } from '../../domain/errors.ts';
import type { Run, RunOptions } from '../../domain/run/run.ts';
import type { Target } from '../../domain/run/run-row.ts';

/** A device as it is found now, and the version that its change goes by, where the place has versions. */
export interface FoundNow {
  readonly device: Device;
  readonly version?: string;
}

export interface BatchChange {
  readonly id: string;
  readonly to: Target;
  readonly version?: string;
}

/**
 * What came of a change: `done` is proven, `told` the word of a server whose word is no proof, `refused` that the device
 * had another version, `missing` that it is not there, `unanswered` that it is to be asked for once more. `doubtful`: it
 * was sent more than once, or may have been done although no answer says so. A reading tells.
 */
export type BatchAnswer = { readonly id: string; readonly doubtful: boolean } & (
  | { readonly said: 'done' | 'told' | 'refused' | 'missing' | 'unanswered' }
  | { readonly said: 'failed'; readonly error: OtpctlError }
);

/** Keeps a run to the rows that it may change in a second. */
export interface Pacing {
  /** Waits until so many rows more may be changed. */
  wait(rows: number): Promise<void>;
}

/** How a run takes its rows. */
interface BatchPlan {
  /** Rows that are read and changed together. */
  readonly size: number;
  /** How many of such batches are under way at once. */
  readonly atOnce: number;
}

/** Devices by the batch, where each by itself would cost a request to read it, one to change it and one to see. */
export interface Batches {
  /** Asked anew for each batch. `pace` is how many rows a second the run has made so far. */
  plan(options: RunOptions, pace: number): BatchPlan;
  /** How many requests that change something may be under way at once, of all batches. */
  requestsAtOnce(options: RunOptions): number;
  /**
   * Devices as they are now, and whether they are expected to be there: one that is not has no entry, and one that
   * cannot be read is its error. Rejects when nothing can be read.
   */
  read(ids: readonly string[], expected: 'there' | 'gone'): Promise<ReadonlyMap<string, FoundNow | OtpctlError>>;
  /** Puts changes together that go in one request. */
  requestsOf(changes: readonly BatchChange[]): readonly (readonly BatchChange[])[];
  /**
   * Sends one of these requests, and what has to be sent again at the pace of the run. One that was not begun has no
   * answer. Never rejects for an answer.
   */
  change(
    request: readonly BatchChange[],
    pacing: Pacing,
    run: Pick<Run, 'origin' | 'options'>,
  ): Promise<readonly BatchAnswer[]>;
}
