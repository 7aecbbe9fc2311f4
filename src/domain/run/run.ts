import type { Origin } from '../audit/origin.ts';
import type { Instant } from '../instant.ts';
import type { Outcome } from './run-row.ts';

/** What a run does: the verb of its command. */
export const RUN_COMMANDS = [
  'disable-stale',
  'update',
  'delete',
  'undo',
  'create',
  'ds100-disable',
  'ds100-enable',
] as const;
export type RunCommand = (typeof RUN_COMMANDS)[number];

/** `stopped` ended early: too many failures. `running` is also what a run is called whose process is gone. */
export const RUN_STATES = ['running', 'finished', 'stopped', 'interrupted'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** How a run goes about its rows; kept with it for when it is resumed. */
export interface RunOptions {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Rows a second, at most. */
  readonly rate?: number;
  /** One failure more, and the run stops. */
  readonly maxFailures: number;
}

export interface NewRun {
  readonly command: RunCommand;
  /** Where its devices are, as the place calls itself. */
  readonly place: string;
  readonly started: Instant;
  readonly origin: Origin;
  readonly options: RunOptions;
  /** The run that this one takes back. */
  readonly undoes?: string;
}

export type RunCounts = Readonly<Record<Exclude<Outcome, 'planned'>, number>>;

/** A run as its journal has it. */
export interface Run extends NewRun {
  readonly id: string;
  readonly state: RunState;
  readonly counts: RunCounts;
}
