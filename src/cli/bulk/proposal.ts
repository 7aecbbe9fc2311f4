import type { RunCommand } from '../../domain/run/run.ts';
import type { Guarded } from '../../ports/bulk/bulk.ts';

/** A run to be, as it is asked about. */
export interface Proposal {
  readonly command: RunCommand;
  readonly guarded: Guarded;
  readonly undoes?: string;
  /** So many devices are changed without a question; none where it is not said. */
  readonly maxUnasked?: number;
  /** How many were selected besides, where only the first ones are wanted. */
  readonly remaining?: number;
}
