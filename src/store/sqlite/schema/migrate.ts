import { closeSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { OtpctlError } from '../../../domain/errors.ts';
import { printable } from '../../../domain/text/printable.ts';
import { errnoOf, writeFailure } from '../../../files/errno.ts';
import type { Connection } from '../connection/connection.ts';
import { refuseForeign, schemaOf } from './check-schema.ts';

/** Brings a store to the newest schema, and keeps a copy of what it was beside it. */
export function migrateCopied(connection: Connection, migrations: readonly string[], say: (text: string) => void) {
  const from = schemaOf(connection);
  if (from >= migrations.length) return;
  const copy = copyBefore(connection, from);
  let migrated = false;
  try {
    migrated = migrate(connection, migrations);
  } finally {
    if (migrated) say(`the store went to schema ${migrations.length}; as it was before, it is in ${copy.keep()}`);
    else copy.discard();
  }
}

/**
 * Brings a store to the newest schema, in one transaction. Of two processes one does it; the other finds it done, and gets
 * false.
 */
export function migrate(connection: Connection, migrations: readonly string[]): boolean {
  return connection.immediate(() => {
    const from = schemaOf(connection);
    if (from >= migrations.length) return false;
    refuseForeign(connection, migrations);
    for (const step of migrations.slice(from)) connection.exec(step);
    connection.exec(`PRAGMA user_version = ${migrations.length}`);
    return true;
  });
}

/** A copy of a store as it was before it went to another schema. */
interface CopyBefore {
  /** Gives the copy its lasting name, `otpctl.db.schema-5`, and says it. */
  keep(): string;
  discard(): void;
}

/**
 * Copies a store beside itself (0600), on the disk when it returns. Errors: `store-unusable`, `disk`; the store is as
 * it was then.
 */
function copyBefore(connection: Connection, schema: number): CopyBefore {
  const { path } = connection;
  const draft = reserve(`${path}.schema-${schema}.part`);
  const discard = () => rmSync(draft, { force: true });
  try {
    connection.run('VACUUM INTO ?', [draft]);
    const file = openSync(draft, 'r+');
    fsyncSync(file);
    closeSync(file);
  } catch (error) {
    discard();
    throw error;
  }
  return {
    discard,
    keep() {
      for (let more = 1; ; more += 1) {
        const name = `${path}.schema-${schema}${more === 1 ? '' : `-${more}`}`;
        if (!linked(draft, name)) continue;
        discard();
        return name;
      }
    },
  };
}

/** An empty file of the owner's alone: two processes that come at once have two. */
function reserve(base: string): string {
  for (let more = 1; ; more += 1) {
    const path = `${base}${more}`;
    try {
      closeSync(openSync(path, 'wx', 0o600));
      return path;
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') continue;
      throw new OtpctlError(
        writeFailure(error, 'store-unusable' as const),
        `no copy of the store can be kept at ${printable(path)}, so it was not migrated: ${errnoOf(error)}`,
        'make room beside the store',
        { cause: error },
      );
    }
  }
}

function linked(draft: string, name: string): boolean {
  try {
    linkSync(draft, name);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}
