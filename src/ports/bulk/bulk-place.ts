import type { Instant } from '../../domain/instant.ts';
import type { PlanSeal } from '../../domain/run/plan.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Backend } from '../backend.ts';
import type { JournalRow, RunJournal } from './journal.ts';

/** Where devices are changed in bulk: a backend, the journal of its runs, and the way in which it changes many. */
export type BulkPlace = ChangingPlace & (CountingPlace | FindingPlace);

/** Of users whose every enabled device is among those that go. */
export interface LastDevices {
  /** How many users. */
  readonly users: number;
  /** The ids of the device of each that was used last. */
  last(): ReadonlySet<string>;
}

/** A place that says how many devices users have, and leaves the rest to who asks. */
export interface CountingPlace {
  /** How many enabled devices each of these users has, by the fold of their names. */
  enabled(users: ReadonlySet<string>): Promise<ReadonlyMap<string, number>>;
}

/** A place that finds itself whom its users' devices would leave. */
export interface FindingPlace {
  /** Of enabled devices that go, by their ids in pages. */
  lastDevices(ids: Iterable<readonly string[]>): Promise<LastDevices>;
}

/** What every place does. */
export interface ChangingPlace {
  readonly backend: Backend;
  /** Which place this is, the same from wherever it is looked at: `store 0f3a...`. */
  readonly name: string;
  readonly journal: RunJournal;
  /** What locked devices return to, by their ids; absent where that is known to a server alone. */
  lockedFrom?(ids: readonly string[]): ReadonlyMap<string, 'C' | 'V'>;
  /** The devices about which somebody gave an order since a run, by their ids, and why; absent where nobody keeps that. */
  orderedSince?(run: Run): ReadonlyMap<string, string>;
  /** The devices about which anything was ordered after a moment, by their ids, and where; absent where nobody keeps that. */
  orderedAfter?(moment: Instant): ReadonlyMap<string, string>;
  /** What seals plans for this place; absent at servers, which have no key for that. Errors: those of keys. */
  planSeal?(): Promise<PlanSeal>;
  /**
   * Changes the rows of a run that wait, in their order, each read again just before and left alone when it is not what
   * it was, and writes down what became of it. Answers them settled, as they are. After `stop`, none is begun.
   */
  change(run: Run, stop: AbortSignal): AsyncIterable<readonly JournalRow[]>;
  close(): void;
}
