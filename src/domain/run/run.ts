import type { Origin } from '../audit/origin.ts';
import type { DeviceStatus } from '../device/device.ts';
import type { ErrorCode } from '../errors.ts';
import type { Instant } from '../instant.ts';

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

/** What becomes of a device: another status, or nothing at all. */
export type Target = DeviceStatus | 'deleted';

/** What a change of status takes away besides the status, so that an undo can bring it back. */
export interface BeforeState {
  readonly fails: number;
  readonly statusBeforeLock?: 'C' | 'V';
}

/** A device that was selected, as it was then, and what is to become of it. */
export interface PlannedRow {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly from: DeviceStatus;
  readonly to: Target;
  readonly lastUsed?: Instant;
  /** Why it was chosen: `last used 212 d ago > 180 d`. */
  readonly rule: string;
  /** Why it is not changed after all, where that is known before the run. */
  readonly kept?: { readonly outcome: 'skipped' | 'failed'; readonly reason: string };
  /** An undo: what to bring back with the status. */
  readonly restore?: BeforeState;
}

/** `planned` is what a run would change, `waiting` what it has not come to, `sent` what it does not know the end of. */
export const OUTCOMES = ['planned', 'waiting', 'sent', 'changed', 'skipped', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A row of a run and what became of it. */
export interface RunRow extends PlannedRow {
  readonly outcome: Outcome;
  /** Why it was skipped or failed. */
  readonly reason?: string;
  /** The code of the error that made it fail, in the process that saw it. */
  readonly error?: ErrorCode;
  /** What it was before it was changed. */
  readonly before?: BeforeState;
}

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

/** A device as it is found just before its change. */
export interface FoundDevice {
  readonly name: string;
  readonly user: string;
  readonly status: DeviceStatus;
  readonly lastUsed?: Instant | undefined;
}

/** Why a row is left alone whose device has changed in some way. */
export const CHANGED = 'changed meanwhile';

/** Why a row must be left alone now that its device is read again; undefined when nothing has changed. */
export function changedMeanwhile(row: PlannedRow, found: FoundDevice | undefined): string | undefined {
  if (found === undefined) return 'deleted meanwhile';
  if (!isSame(found.name, row.name) || !isSame(found.user, row.user)) {
    return `it is another device than the row says: ${found.name} of ${found.user}`;
  }
  if (found.status !== row.from) return `its status changed meanwhile to ${found.status}`;
  if (found.lastUsed !== row.lastUsed) return 'used meanwhile';
  return undefined;
}

/** Names as they are kept: half of a pair of code units is none. */
function isSame(found: string, kept: string): boolean {
  return found.toWellFormed() === kept.toWellFormed();
}
