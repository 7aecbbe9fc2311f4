import type { RunOptions } from '../../domain/run/run.ts';
import type { PlannedChange } from '../../domain/run/run-row.ts';
import type { Ds100Admin } from '../ds100-admin.ts';
import type { BulkRuns, PlannedRows } from './bulk.ts';

/** Runs over DS100 authenticators, at RSA or in a registry. Their ids say so: `ds100-3`. */
export interface Ds100Runs extends BulkRuns {
  /** Whether they are only registered here, and RSA knows nothing of what is done. */
  readonly isRegistry: boolean;
  admin(): Promise<Ds100Admin>;
  /** Makes a row of each thing that was asked for, at the pace of a run. After `stop`, none more is begun. */
  plan<T>(
    things: readonly T[],
    pace: RunOptions,
    stop: AbortSignal,
    rowOf: (thing: T) => Promise<PlannedChange>,
  ): Promise<PlannedRows>;
}
