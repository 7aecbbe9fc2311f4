import { closeSync, fstatSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OtpctlError } from '../../../domain/errors.ts';
import { printable } from '../../../domain/text/printable.ts';
import { unwritable } from '../../../files/errno.ts';
import { makeFolder } from '../../../files/folders.ts';
import { openOwn } from '../../../files/own-file.ts';
import { refuseWideMode } from '../../../files/owner-only.ts';
import type { RunJournal } from '../../../ports/bulk/journal.ts';
import { type Connection, openConnection } from '../connection/connection.ts';
import { schemaDifferences } from '../schema/check-schema.ts';
import { RUN_TABLES } from '../schema/migrations.ts';
import { createRunJournal } from './run-journal.ts';
import { createRunLocks, type RunLocks } from './run-lock.ts';

/** Marks a file as a journal of runs in SQLite's own header: "otpr". */
const APPLICATION_ID = 0x6f747072;
const SCHEMA = 1;

/** A journal that has a file of its own. */
export interface JournalFile {
  readonly journal: RunJournal;
  /** Which place its runs are of. */
  readonly place: string;
  close(): void;
}

/**
 * Opens the journal of the runs on a place, or makes one (0600). Errors: `store-unusable`, `output-unreachable`,
 * `permissions`, `disk`.
 */
export function openJournal(path: string, place: string): JournalFile {
  const { mode } = ownFile(path);
  refuseWideMode('the journal', path, mode);
  const connection = openConnection(path, { schemaCheck });
  try {
    connection.immediate(() => checkOrFill(connection, statSync(path).size === 0));
    const locks = createRunLocks(path);
    return {
      place,
      journal: locked(createRunJournal(connection, place), locks),
      close() {
        locks.close();
        connection.close();
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** A journal whose runs are under way in one process at a time: from their beginning, or their resumption, to their end. */
function locked(journal: RunJournal, locks: RunLocks): RunJournal {
  return {
    ...journal,
    async begin(run, rows) {
      const begun = await journal.begin(run, rows);
      locks.hold(begun.id);
      return begun;
    },
    async reopen(id) {
      await journal.find(id);
      locks.hold(id);
      return journal.reopen(id);
    },
    async end(run, state) {
      const ended = await journal.end(run, state);
      if (state === 'finished' && run.counts.failed === 0) locks.discard(run.id);
      else locks.release(run.id);
      return ended;
    },
  };
}

/** Makes a journal that is not there, and says how others can reach it. */
function ownFile(path: string): Stats {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw unwritable(path, error);
  }
  const file = openOwn(path);
  try {
    return fstatSync(file);
  } finally {
    closeSync(file);
  }
}

/** Refuses a journal that holds more than its tables, or others: what is done goes by its rows. */
function schemaCheck(connection: Connection): void {
  if (isEmpty(connection)) return;
  const [first] = schemaDifferences(connection, [RUN_TABLES]);
  if (first === undefined) return;
  throw new OtpctlError(
    'store-unusable',
    `${printable(connection.path)} is not a journal of this otpctl: ${first.what} in its schema ${first.wrong}`,
    'name another file with  --journal FILE',
  );
}

function isEmpty(connection: Connection): boolean {
  return connection.get('SELECT count(*) AS n FROM sqlite_schema')?.['n'] === 0;
}

function checkOrFill(connection: Connection, empty: boolean): void {
  const header = connection.get('PRAGMA application_id')?.['application_id'];
  const schema = connection.get('PRAGMA user_version')?.['user_version'];
  if (empty || isEmpty(connection)) {
    connection.exec(RUN_TABLES);
    connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA}`);
  } else if (header !== APPLICATION_ID || schema !== SCHEMA) {
    throw new OtpctlError(
      'store-unusable',
      `${printable(connection.path)} is not a journal of this otpctl`,
      'name another file with  --journal FILE',
    );
  }
}
