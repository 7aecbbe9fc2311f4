import type { AuditEvent } from '../../../domain/audit/audit.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import type { Clock } from '../../../ports/system/clock.ts';
import type { StoreKeys } from '../../store-keys.ts';
import { type AuditAppender, appendAfter, type ChainEnd, openAudit } from '../audit/audit-chain.ts';
import { countRepeated, dueCounts } from '../audit/repeated-events.ts';
import type { Connection } from '../connection/connection.ts';
import { noteEntry } from '../signing/signed-devices.ts';
import { areSettingsSigned } from '../signing/table-digest.ts';

/** Pieces of work in one transaction at most: who waits for the first waits for the last, too. */
const MOST = 64;

/** What a piece of work finds in the transaction that it is part of. */
export interface Transaction {
  readonly keys: StoreKeys;
  /** The settings as they are in this transaction. */
  settings(): Settings;
  /** Whether the settings are those that were signed. */
  areSettingsSigned(): boolean;
  /**
   * Appends to the audit log, and answers the number of the entry. What is appended is in the table once `flush` is called,
   * and at the end.
   */
  append(event: AuditEvent): number;
  /** The same for what may come very often: told once, and then counted for a minute. */
  appendOften(event: AuditEvent): number | undefined;
  flush(): void;
  /** Whether an entry was appended and is not in the table yet. */
  isPending(entry: number): boolean;
}

/** Thrown by a piece of work that has written nothing: an error of its own, and of nobody beside it. */
export class Refusal {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

export interface Transactions {
  /** Runs work in one transaction with whatever else came in the same turn of the event loop. It may run more than once. */
  together<T>(work: (transaction: Transaction) => T): Promise<T>;
  /** Runs work once, in a transaction of its own. */
  alone<T>(work: (transaction: Transaction) => T): Promise<T>;
}

interface TransactionDeps {
  /** Errors: `key-missing`, `key-wrong`, `permissions`. */
  keys(): Promise<StoreKeys>;
  /** Has the keys be read again: somebody else has rotated them. */
  forgetKeys(): void;
  settings(): Settings;
  readonly clock: Clock;
}

interface Work {
  readonly isAlone: boolean;
  perform(transaction: Transaction): unknown;
  done(result: unknown): void;
  fail(error: unknown): void;
}

/** What was read in a transaction. It holds until somebody else writes to the store, or this connection in another way. */
interface Known {
  readonly version: unknown;
  readonly writes: number;
  settings?: Settings;
  areSettingsSigned?: boolean;
  end?: ChainEnd;
}

/**
 * The queue in which a connection writes: whatever came in one turn of the event loop is one transaction, and is told once
 * that is durable. Nothing in a transaction waits, so nothing comes between.
 */
export function createTransactions(connection: Connection, deps: TransactionDeps): Transactions {
  const waiting: Work[] = [];
  let isUnderWay = false;
  let known: Known | undefined;

  const workOff = async (): Promise<void> => {
    while (waiting.length > 0) {
      let batch = waiting;
      await new Promise(setImmediate);
      try {
        const keys = await deps.keys();
        batch = waiting.splice(0, batchOf(waiting));
        commit(batch, keys);
      } catch (error) {
        for (const { fail } of batch.splice(0)) fail(error);
      }
    }
    isUnderWay = false;
  };

  /** Runs a batch, and tells each piece of work what became of it. */
  function commit(batch: readonly Work[], keys: StoreKeys): void {
    const ends: (() => void)[] = [];
    try {
      connection.run('BEGIN IMMEDIATE');
      connection.checkSchema();
      const state = knownNow(keys);
      if (state === undefined) {
        // With keys of before nothing would open, and every code be wrong.
        connection.run('ROLLBACK');
        deps.forgetKeys();
        waiting.unshift(...batch);
        return;
      }
      const transaction = createTransaction(keys, state);
      for (const work of batch) ends.push(performed(work, transaction));
      transaction.flush();
      connection.run('COMMIT');
      // What stands alone may have changed anything.
      known = batch[0]?.isAlone ? undefined : state;
    } catch (error) {
      known = undefined;
      // A full disk, a failed one and a lack of memory undo the transaction without being asked.
      const isOver = !connection.isWriting();
      if (!isOver) connection.exec('ROLLBACK');
      if (batch.length === 1 || isOver || isOfAll(error)) for (const { fail } of batch) fail(error);
      // One of them has done it: each is tried by itself, in the same order.
      else waiting.unshift(...batch.map((work) => ({ ...work, isAlone: true })));
      return;
    }
    for (const end of ends) end();
  }

  function performed(work: Work, transaction: Transaction): () => void {
    try {
      const result = work.perform(transaction);
      if (result instanceof Promise) throw new TypeError('a transaction cannot wait for anything');
      return () => work.done(result);
    } catch (error) {
      if (!(error instanceof Refusal) || !connection.isWriting()) throw error instanceof Refusal ? error.cause : error;
      return () => work.fail(error.cause);
    }
  }

  /** What is known of the store in the transaction that is open; undefined where the keys are not those of the store. */
  function knownNow({ dataKeyId }: StoreKeys): Known | undefined {
    const version = connection.get('PRAGMA data_version')?.['data_version'];
    const writes = connection.writes();
    if (known?.version === version && known?.writes === writes) return known;
    const current = connection.get('SELECT data_key_id FROM store')?.['data_key_id'];
    return current === dataKeyId ? { version, writes } : undefined;
  }

  function createTransaction(keys: StoreKeys, state: Known): Transaction {
    let appender: AuditAppender | undefined;
    let firstPending = Number.POSITIVE_INFINITY;
    const isPending = (entry: number): boolean => entry >= firstPending;
    const appended = (event: AuditEvent): number => {
      appender ??= state.end ? appendAfter(connection, keys.audit, state.end) : openAudit(connection, keys.audit);
      const entry = appender.append(event);
      firstPending = Math.min(firstPending, entry);
      return entry;
    };
    // Counts that are due are told before anything is seen, or told.
    for (const count of dueCounts(connection, keys.rows, deps.clock.now())) {
      const entry = appended(count);
      if (count.deviceId !== undefined) noteEntry(connection, keys.rows, count.deviceId, entry, isPending);
    }
    return {
      keys,
      settings() {
        state.settings ??= deps.settings();
        return state.settings;
      },
      areSettingsSigned() {
        state.areSettingsSigned ??= areSettingsSigned(connection, keys.rows);
        return state.areSettingsSigned;
      },
      append: appended,
      appendOften(event) {
        return countRepeated(connection, keys.rows, event) ? appended(event) : undefined;
      },
      flush() {
        if (appender !== undefined) state.end = appender.close();
        appender = undefined;
        firstPending = Number.POSITIVE_INFINITY;
      },
      isPending,
    };
  }

  const queued = <T>(isAlone: boolean, perform: (transaction: Transaction) => T): Promise<T> =>
    new Promise((done, fail) => {
      waiting.push({ isAlone, perform, done: done as Work['done'], fail });
      if (isUnderWay) return;
      isUnderWay = true;
      void workOff();
    });

  return {
    together: (work) => queued(false, work),
    alone: (work) => queued(true, work),
  };
}

/** How many of those that wait go together: what stands alone goes by itself, in its turn. */
function batchOf(waiting: readonly Work[]): number {
  const alone = waiting.findIndex(({ isAlone }) => isAlone);
  if (alone === 0) return 1;
  return Math.min(MOST, alone < 0 ? waiting.length : alone);
}

/** Whether an error is that of the store as a whole: to try again one by one would fail as often. */
function isOfAll(error: unknown): boolean {
  return (
    error instanceof OtpctlError && ['disk', 'store-busy', 'store-read-only', 'store-unusable'].includes(error.code)
  );
}
