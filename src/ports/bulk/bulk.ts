import type { Device } from '../../domain/device/device.ts';
import type { Selection } from '../../domain/device/selection.ts';
import type { EnrollmentRequest } from '../../domain/enrollment/enrollment.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Finding } from '../../domain/run/guards.ts';
import type { Limits } from '../../domain/run/plan.ts';
import type { Run } from '../../domain/run/run.ts';
import type { PlannedChange } from '../../domain/run/run-row.ts';
import type { Secret } from '../../domain/secret.ts';
import type { BulkBackend } from './bulk-backend.ts';
import type { JournalRow } from './journal.ts';

/**
 * Bulk runs: what the commands talk to. A run goes like this, and is stopped at any step without harm:
 *
 * 1. `select` reads every device that it is about, before anything is changed, and makes a row of each.
 * 2. `guard` holds the rows against what a run may do at most. The command asks, or writes the rows down as a plan.
 * 3. `journal.begin` writes down the run and its rows. From now on the journal is what is known of it.
 * 4. `change` reads each row again, leaves alone what is not what it was, and changes the rest: on a store, thousands of
 *    rows with their entries in the log and in the journal in one transaction (`store/sqlite/runs/bulk-store.ts`); at a
 *    server by requests, each written down before it is sent and after it is answered (`bulk/requests`).
 * 5. `journal.end` writes down how it ended.
 *
 * `bulk resume` is `journal.reopen` and 4: a row that was sent and not answered is looked at before it is sent again.
 * `bulk undo` makes rows of those that a run changed, and is a run from 3 on. `bulk create` makes a row of each row of a
 * file, and is a run from 3 on with `enroll` in the place of `change`.
 */
export interface Bulk extends BulkRuns, Pick<BulkBackend, 'backend' | 'lockedFrom' | 'orderedAfter' | 'planSeal'> {
  /**
   * Reads a whole selection. A list that fails in the middle is an error, never a short list; a device that cannot be
   * read is a row that failed.
   */
  select(selection: Selection, decide: Decide): Promise<Selected>;
  /** The same for devices that are named by their ids. One that is not there is a row that failed. */
  selectNamed(ids: readonly string[], decide: Decide): Promise<Selected>;
  /** Rows that were selected before: of a plan. */
  plannedRows(rows: Iterable<PlannedChange>): PlannedRows;
  /** Holds rows against all guards. Changes nothing. */
  guard(rows: PlannedRows, limits: Limits): Promise<Guarded>;
  /** What earlier runs made of the rows of files, by the rules of the rows. */
  earlierEnrolments(): Promise<ReadonlyMap<string, EarlierEnrolment>>;
  /** Makes a device for each row of a run that waits. */
  enroll(run: Run, source: EnrolmentSource, interruption: AbortSignal): Progress;
}

/** What runs of every kind can do, also those over DS100 devices. */
export interface BulkRuns extends Pick<BulkBackend, 'name' | 'journal' | 'close'> {
  /** Changes the rows of a run that wait, until they are all settled or too many failed, and ends it. */
  change(run: Run, interruption: AbortSignal): Progress;
  /** The rows that take back a run: each that it changed, to what it was. What it deleted stays away. */
  undoRows(run: Run): Promise<PlannedRows>;
  /** The same rows, of which those that an undo would leave alone now are skipped. Changes nothing. */
  previewUndo(rows: PlannedRows, undone: Run): Promise<PlannedRows>;
}

/** Rows in the order of their ids, each device once; to be gone through as often as one likes. */
export interface PlannedRows {
  readonly size: number;
  /** How many would change. */
  readonly changes: number;
  pages(): Iterable<readonly PlannedChange[]>;
}

export interface Selected {
  readonly rows: PlannedRows;
  /** How many are already what they would become. */
  readonly alreadyThere: number;
}

/** What is to become of a device; undefined when it is that already. */
export type Decide = (device: Device) => PlannedChange | undefined;

export interface Guarded {
  /** The same rows; one that a guard keeps is skipped. */
  readonly rows: PlannedRows;
  readonly findings: readonly Finding[];
}

/** Rows of a run as they are settled; at the end, the run as it is then. */
export type Progress = AsyncGenerator<readonly JournalRow[], Run>;

/** What an earlier run made of a row of a file: a device, or `perhaps` one, some time since, as it was killed over it. */
export type EarlierEnrolment =
  | { readonly made: 'device'; readonly run: string; readonly id: string }
  | { readonly made: 'perhaps'; readonly run: string; readonly since: Instant };

export interface EnrolmentSource {
  /** For each row of the run, in their order; undefined for one that is not to be made. */
  readonly requests: readonly (EnrollmentRequest | undefined)[];
  readonly earlier: ReadonlyMap<string, EarlierEnrolment>;
  /** Takes a secret to where it can be found again. */
  deliver(device: Device, uri: Secret): Promise<void>;
}
