import { statSync } from 'node:fs';
import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { invalid, OtpctlError } from '../../../domain/errors.ts';
import { printable } from '../../../domain/text/printable.ts';
import { foldText } from '../../../domain/user.ts';
import { fullDisk, isReadOnly, storeError } from './sqlite-errors.ts';

/** Milliseconds that a statement waits for other processes. Long, since SQLite keeps no queue: others may go first many times. */
const BUSY_TIMEOUT = 30_000;

/** More pages than a database has. */
const MAX_PAGES = 2 ** 31 - 1;

/** How many statements are kept prepared. */
const MAX_STATEMENTS = 200;

/** Durable commits. Somebody else may have written the file, so its schema may call no functions, and its pages are checked. */
const SETTINGS =
  'PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON';

export type Parameters = readonly SQLInputValue[];
export type Row = Record<string, unknown>;

/** A connection to a database: commits are durable, statements wait for other processes, and errors are those of a store. */
export interface Connection {
  readonly path: string;
  run(sql: string, parameters?: Parameters): number;
  get(sql: string, parameters?: Parameters): Row | undefined;
  /**
   * All rows. They cannot be read one by one: while a statement is open across an await, this connection goes on seeing
   * what others revoked since, and cannot write. Long results are read in pages (`key-set.ts`).
   */
  all(sql: string, parameters?: Parameters): readonly Row[];
  exec(sql: string): void;
  /**
   * Runs `work` between BEGIN IMMEDIATE and COMMIT; if it throws, all of it is undone. `work` is not asynchronous. The
   * schema is checked first, so that a trigger that another program made meanwhile does not fire.
   */
  immediate<T>(work: () => T): T;
  /** Whether a transaction is open. */
  isWriting(): boolean;
  /** How many times `immediate` was called. */
  writes(): number;
  /** Refuses a schema that is not ours. It is looked at only if it was never, or has changed since. Errors: of `schemaCheck`. */
  checkSchema(): void;
  /** Refuses (`store-unusable`) to go on when another file is at the path by now: what is written here, nobody would see. */
  checkFile(): void;
  /** Copies the whole database into a file that is there, as one moment of it; also over another database. */
  copyTo(path: string): Promise<void>;
  close(): void;
}

/** Opens a connection, works on it, and closes it whatever comes of that. */
export type WithConnection = <T>(work: (connection: Connection) => T | Promise<T>) => Promise<T>;

interface ConnectionOptions {
  /** Nobody can write the file or its folder, and nobody does. */
  readonly unwritable?: boolean;
  readonly readOnly?: boolean;
  /**
   * The disk has no room for the index of the write-ahead log that processes share. `file` reads the file alone, which is
   * all where there is no log; `log` reads the log too, and locks other processes out meanwhile.
   */
  readonly fullDisk?: 'file' | 'log';
  /** How long a statement waits for another process, in milliseconds. */
  readonly timeout?: number;
  /** Throws when the schema of the database is not one to work on. Without it any schema is taken. */
  readonly schemaCheck?: (connection: Connection) => void;
}

/**
 * Opens a database. `synchronous` is FULL on every connection, and read back: a committed counter that a power cut
 * takes back would let a code be used again.
 */
export function openConnection(path: string, options: ConnectionOptions = {}): Connection {
  const translate = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const found = storeError(error, path);
      throw options.fullDisk !== undefined && isReadOnly(found) ? fullDisk(path, found) : found;
    }
  };
  const immutable = options.unwritable === true || options.fullDisk === 'file';
  // SQLite is told that nobody can write the file: it would else make files beside it.
  const place = immutable ? new URL(`${pathToFileURL(path)}?immutable=1`) : path;
  const database = translate(
    () =>
      new DatabaseSync(place, {
        timeout: options.timeout ?? BUSY_TIMEOUT,
        readOnly: immutable || (options.readOnly ?? false),
        defensive: true,
      }),
  );
  // What a scope compares texts by that are kept as they were written. No schema may call it.
  database.function('folded', { deterministic: true, directOnly: true }, (text) => foldText(String(text)));
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      // Each filter of a client may be another statement.
      const [oldest] = statements.size < MAX_STATEMENTS ? [] : statements.keys();
      if (oldest !== undefined) statements.delete(oldest);
      statement = createStatement(database, sql);
      statements.set(sql, statement);
    }
    return statement;
  };

  const opened = fileAt(path);
  let checkedVersion: unknown;
  let writes = 0;
  const connection: Connection = {
    path,
    run: (sql, parameters = []) => translate(() => Number(prepare(sql).prepared.run(...storable(parameters)).changes)),
    get: (sql, parameters = []) =>
      translate(() => {
        const { prepared, rowOf } = prepare(sql);
        const values = prepared.get(...storable(parameters));
        return values && rowOf(values);
      }),
    all: (sql, parameters = []) =>
      translate(() => {
        const { prepared, rowOf } = prepare(sql);
        return prepared.all(...storable(parameters)).map(rowOf);
      }),
    exec: (sql) => translate(() => database.exec(sql)),
    immediate(work) {
      writes += 1;
      connection.run('BEGIN IMMEDIATE');
      try {
        connection.checkSchema();
        const result = work();
        if (result instanceof Promise) throw new TypeError('a transaction cannot wait for anything');
        connection.run('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    isWriting: () => database.isTransaction,
    writes: () => writes,
    checkFile() {
      if (opened !== fileAt(path)) throw replaced(path);
    },
    checkSchema() {
      if (options.schemaCheck === undefined) return;
      connection.checkFile();
      const version = connection.get('PRAGMA schema_version')?.['schema_version'];
      if (version === checkedVersion) return;
      options.schemaCheck(connection);
      checkedVersion = version;
    },
    async copyTo(target) {
      try {
        // All pages in one step: a copy in several begins anew whenever somebody writes.
        await backup(database, target, { rate: MAX_PAGES });
      } catch (error) {
        throw storeError(error, target);
      }
    },
    close: () => {
      if (database.isOpen) database.close();
    },
  };

  try {
    if (options.fullDisk === 'log') connection.exec('PRAGMA locking_mode = EXCLUSIVE');
    connection.exec(SETTINGS);
    if (connection.get('PRAGMA synchronous')?.['synchronous'] !== 2) throw new Error('SQLite refused synchronous=FULL');
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

/** Which file there is at a path. */
function fileAt(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

function replaced(path: string): OtpctlError {
  return new OtpctlError(
    'store-unusable',
    `the file ${printable(path)} was replaced or removed while it was open; nothing was changed`,
    'what keeps it open, such as  otpctl serve,  is to be started again',
  );
}

/** Refuses (`invalid-value`) half a surrogate pair: SQLite would store, or look for, something else. */
function storable(parameters: Parameters): Parameters {
  for (const value of parameters) {
    if (typeof value === 'string' && !value.isWellFormed()) throw invalid('a text is not well-formed Unicode');
  }
  return parameters;
}

interface Statement {
  readonly prepared: StatementSync;
  rowOf(values: unknown): Row;
}

/** A statement whose rows are objects of one shape: those of `node:sqlite` are tables of names, and slow to read. */
function createStatement(database: DatabaseSync, sql: string): Statement {
  const prepared = database.prepare(sql);
  prepared.setReturnArrays(true);
  let names: readonly string[] | undefined;
  let empty: Row = {};
  return {
    prepared,
    rowOf(values) {
      if (names === undefined) {
        names = prepared.columns().map(({ name }) => name);
        empty = Object.fromEntries(names.map((name) => [name, null]));
      }
      const row = { ...empty };
      for (let at = 0; at < names.length; at++) row[names[at] as string] = (values as readonly unknown[])[at];
      return row;
    },
  };
}
