import type { Device } from '../../domain/device/device.ts';
import type { OtpctlError } from '../../domain/errors.ts';
import type { Run, RunOptions, Target } from '../../domain/run/run.ts';

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
 * had another version, `missing` that it is not there, `unknown` that it is to be asked for once more. `doubtful`: it was sent more than once, or may have been done
 * although no answer says so. A reading tells.
 */
export interface BatchAnswer {
  readonly id: string;
  readonly said: 'done' | 'told' | 'refused' | 'missing' | 'failed' | 'unknown';
  readonly doubtful: boolean;
  /** Why it failed. */
  readonly error?: OtpctlError;
}

/** What a change asks before it goes out. */
export interface Turn {
  /** Waits until so many rows may be changed; false when none may be begun any more. */
  begin(rows: number): Promise<boolean>;
  /** Waits as long again, for the same rows once more. */
  again(rows: number): Promise<void>;
}

/** How a run takes its rows. */
interface BatchPlan {
  /** Rows that are read and changed together. */
  readonly size: number;
  /** How many of such batches are under way at once. */
  readonly lanes: number;
}

/** Devices by the batch, where each by itself would cost a request to read it, one to change it and one to see. */
export interface Batches {
  /** Asked anew for each batch. `pace` is how many rows a second the run has made so far. */
  plan(options: RunOptions, pace: number): BatchPlan;
  /**
   * Devices as they are now; one that cannot be read is its error, and one that is not there is missing. `gone` says
   * that they are expected to be. Rejects when nothing can be read.
   */
  read(ids: readonly string[], gone?: boolean): Promise<ReadonlyMap<string, FoundNow | OtpctlError>>;
  /**
   * Changes devices, and hands over answers as they come. One that was not begun has no answer. Never rejects for an
   * answer.
   */
  change(
    changes: readonly BatchChange[],
    turn: Turn,
    run: Pick<Run, 'origin' | 'options'>,
    answered: (answer: BatchAnswer) => void,
  ): Promise<void>;
}
