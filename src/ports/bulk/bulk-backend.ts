import type { Instant } from '../../domain/instant.ts';
import type { PlanSeal } from '../../domain/run/plan.ts';
import type { Run } from '../../domain/run/run.ts';
import type { DeviceChange } from '../../domain/run/run-row.ts';
import type { Backend } from '../backend.ts';
import type { JournalRow, RunJournal } from './journal.ts';

/** A backend as bulk runs need it: with the journal of its runs, and its own way to change many devices. */
export interface BulkBackend {
  readonly backend: Backend;
  /** Which one this is, the same from wherever it is looked at: `store 0f3a...`. */
  readonly name: string;
  readonly journal: RunJournal;
  /**
   * Changes the rows of a run that wait, in their order, each read again just before and left alone when it is not what
   * it was, and writes down what became of it. Answers them settled, as they are. After `stop`, none is begun.
   */
  change(run: Run, stop: AbortSignal): AsyncIterable<readonly JournalRow[]>;
  /** Finds the users to whom devices that go would leave no enabled one. */
  usersLeftWithout(going: GoingDevices): Promise<UsersLeftWithout>;
  /** What locked devices return to, by their ids; undefined where that is known to a server alone. */
  lockedFrom(ids: readonly string[]): ReadonlyMap<string, 'C' | 'V'> | undefined;
  /** The devices about which somebody gave an order since a run, by their ids, and why; none where nobody keeps that. */
  orderedSince(run: Run): ReadonlyMap<string, string>;
  /** Those about which anything was ordered after a moment, by their ids, and where; none where nobody keeps that. */
  orderedAfter(moment: Instant): ReadonlyMap<string, string>;
  /** What seals plans; undefined at servers, which have no key for that. Errors: those of keys. */
  planSeal(): Promise<PlanSeal | undefined>;
  close(): void;
}

/** Enabled devices that a run would take away from their users. */
export interface GoingDevices {
  pages(): Iterable<readonly DeviceChange[]>;
  /** Whether the run changes all devices that there are. */
  readonly areAll: boolean;
}

export interface UsersLeftWithout {
  /** How many. */
  readonly users: number;
  /** The ids of the device of each that was used last. */
  lastUsed(): ReadonlySet<string>;
}
