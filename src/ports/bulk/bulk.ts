import type { Device } from '../../domain/device/device.ts';
import type { Selection } from '../../domain/device/selection.ts';
import type { EnrollmentRequest } from '../../domain/enrollment/enrollment.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Finding } from '../../domain/run/guards.ts';
import type { Limits, PlanSeal } from '../../domain/run/plan.ts';
import type { Run } from '../../domain/run/run.ts';
import type { PlannedChange } from '../../domain/run/run-row.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Backend } from '../backend.ts';
import type { JournalRow, RunJournal } from './journal.ts';

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

/** Runs that are under way, or were: to be gone on with, or taken back. */
export interface BulkRuns {
  /** Which place this is, the same from wherever it is looked at. */
  readonly name: string;
  readonly journal: RunJournal;
  /** Changes the rows of a run that wait, until they are all settled or too many failed, and ends it. */
  change(run: Run, interruption: AbortSignal): Progress;
  /** The rows that take back a run: each that it changed, to what it was. What it deleted stays away. */
  undoRows(run: Run): Promise<PlannedRows>;
  /** The same rows, of which those that an undo would leave alone now are skipped. Changes nothing. */
  previewUndo(rows: PlannedRows, undone: Run): Promise<PlannedRows>;
  close(): void;
}

/** Bulk runs on a place: what the commands talk to. */
export interface Bulk extends BulkRuns {
  readonly backend: Backend;
  /** What seals plans for this place; undefined at a server, which has no key for that. */
  planSeal(): Promise<PlanSeal | undefined>;
  /**
   * Reads a whole selection. A list that fails in the middle is an error, never a short list; a device that cannot be
   * read is a row that failed.
   */
  select(selection: Selection, decide: Decide): Promise<Selected>;
  /** The same for devices that are named by their ids. One that is not there is a row that failed. */
  selectNamed(ids: readonly string[], decide: Decide): Promise<Selected>;
  /** What locked devices return to, by their ids; undefined where that is known to a server alone. */
  lockedFrom(ids: readonly string[]): Promise<ReadonlyMap<string, 'C' | 'V'> | undefined>;
  /** The devices about which anything was ordered after a moment, by their ids, and where, as far as the place knows. */
  orderedAfter(moment: Instant): Promise<ReadonlyMap<string, string>>;
  /** Rows that were selected before: of a plan. */
  plannedRows(rows: Iterable<PlannedChange>): PlannedRows;
  /** Holds rows against all guards. Changes nothing. */
  guard(rows: PlannedRows, limits: Limits): Promise<Guarded>;
  /** What earlier runs made of the rows of files, by the rules of the rows. */
  earlierEnrolments(): Promise<ReadonlyMap<string, EarlierEnrolment>>;
  /** Makes a device for each row of a run that waits. */
  enroll(run: Run, source: EnrolmentSource, interruption: AbortSignal): Progress;
}
