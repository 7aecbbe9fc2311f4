import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OtpctlError } from '../../domain/errors.ts';
import { printable } from '../../domain/text/printable.ts';
import { errnoOf } from '../../files/errno.ts';
import { refuseWideMode } from '../../files/owner-only.ts';
import { type Connection, openConnection } from './connection/connection.ts';
import { damagedValue } from './connection/row-values.ts';
import { isWithoutRoom } from './connection/sqlite-errors.ts';
import { refuseNewer, schemaCheck, schemaOf } from './schema/check-schema.ts';
import { migrateCopied } from './schema/migrate.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema/migrations.ts';

/** How a store is opened. */
interface OpenOptions {
  /**
   * `migrated`: the store is brought to the schema of this program. `checked`: it keeps its schema, which must be one of
   * ours. `unchecked`: the schema may hold anything, so nothing that is read may be trusted.
   */
  readonly schema?: 'migrated' | 'checked' | 'unchecked';
  /** For one more connection to a store that is open already. */
  readonly readOnly?: boolean;
  /** What happens on a full disk: a command can still read; for a server, opening fails. */
  readonly whenFull?: 'read' | 'fail';
  /** Is told where the copy is that a migration has kept of the store. */
  say?(text: string): void;
  readonly migrations?: readonly string[];
}

/**
 * Opens the store at a path. It must be a store of otpctl, with no newer schema, that only its owner can reach.
 * Errors: `store-missing`, `store-unusable`, `store-newer`, `permissions`, and those of every call.
 */
export function openStore(path: string, options: OpenOptions = {}): Connection {
  const { schema = 'migrated', migrations = MIGRATIONS, say = () => {} } = options;
  checkFile(path);
  const connection = openFile(path, migrations, options);
  try {
    if (schema !== 'unchecked') connection.checkSchema();
    if (schema === 'migrated') migrateCopied(connection, migrations, say);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** A connection to a file that has the format of a store. On a full disk it reads without making files beside it. */
function openFile(path: string, migrations: readonly string[], { readOnly = false, whenFull = 'read' }: OpenOptions) {
  const check = schemaCheck(migrations);
  const open = (more: { readonly unwritable: boolean } | { readonly fullDisk: 'file' | 'log' }): Connection => {
    const connection = openConnection(path, { ...more, readOnly, schemaCheck: check });
    try {
      checkFormat(connection, migrations.length);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  };
  try {
    return open({ unwritable: isUnwritable(path) });
  } catch (error) {
    if (whenFull === 'fail' || readOnly || !isWithoutRoom(error)) throw error;
    // Nobody else has it open, or there would be an index already. The log that they left is part of the store.
    return open({ fullDisk: hasLog(path) ? 'log' : 'file' });
  }
}

/** Whether there is anything at the path. */
export function storeExists(path: string): boolean {
  return statOf(path) !== undefined;
}

function checkFile(path: string): void {
  const stat = statOf(path);
  if (stat === undefined) {
    throw new OtpctlError(
      'store-missing',
      `there is no store at ${printable(path)}`,
      'make one with  otpctl store init,  or name another with  --store PATH',
    );
  }
  if (stat.isDirectory()) throw unusable(path, 'is a directory');
  if (!stat.isFile()) throw unusable(path, 'is not a file');
  if (stat.size === 0) throw unusable(path, 'is empty');
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new OtpctlError(
      'store-unusable',
      `the store ${printable(path)} cannot be opened: ${errnoOf(error)}`,
      undefined,
      { cause: error },
    );
  }
}

/** Whether a store can be read and not written: by its mode, or that of its folder, or how its disk is mounted. */
export function isUnwritable(path: string): boolean {
  // To read what is in the log, SQLite must be able to write.
  if (hasLog(path)) return false;
  if ((statSync(path).mode & 0o222) === 0) return true;
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(resolve(path)), constants.W_OK);
    return false;
  } catch {
    return true;
  }
}

/** Whether something lies in the log that is not in the file yet. */
function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function checkFormat(connection: Connection, newest: number): void {
  const { path } = connection;
  if (connection.get('PRAGMA application_id')?.['application_id'] !== APPLICATION_ID) {
    throw unusable(path, 'is a database of another program');
  }
  if (schemaOf(connection) < 1) throw damagedValue('no schema version');
  refuseNewer(connection, newest);
  refuseWideMode('the store', path, statSync(path).mode);
}

function unusable(path: string, what: string): OtpctlError {
  return new OtpctlError(
    'store-unusable',
    `${printable(path)} ${what}, and not an otpctl store`,
    'name another with  --store PATH',
  );
}
