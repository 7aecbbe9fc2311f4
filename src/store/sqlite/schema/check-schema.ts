import { OtpctlError } from '../../../domain/errors.ts';
import { printable } from '../../../domain/text/printable.ts';
import { type Connection, openConnection, type Row } from '../connection/connection.ts';
import { MIGRATIONS } from './migrations.ts';
import { NEWEST_SCHEMA } from './newest-schema.ts';

export function schemaOf(connection: Connection): number {
  return Number(connection.get('PRAGMA user_version')?.['user_version']);
}

/** Refuses (`store-newer`) a store of a schema that is not known yet. */
export function refuseNewer(connection: Connection, newest: number): void {
  const schema = schemaOf(connection);
  if (schema <= newest) return;
  throw new OtpctlError(
    'store-newer',
    `the store ${printable(connection.path)} has schema ${schema}, and this otpctl knows ${newest}`,
    'use the otpctl that wrote it, or a newer one',
  );
}

/**
 * A check that refuses (`store-newer`, `store-damaged`) a schema that is not exactly what the migrations make of its version.
 * One that all migrations make passes under an older version too: there is nothing foreign in it.
 */
export function schemaCheck(migrations: readonly string[]): (connection: Connection) => void {
  return (connection) => {
    refuseNewer(connection, migrations.length);
    if (schemaOf(connection) < migrations.length && schemaDifferences(connection, migrations).length === 0) return;
    refuseForeign(connection, migrations);
  };
}

/** Refuses (`store-damaged`) a schema that is not exactly what the migrations make of its version. */
export function refuseForeign(connection: Connection, migrations: readonly string[]): void {
  const [first] = schemaDifferences(connection, migrations.slice(0, schemaOf(connection)));
  if (first === undefined) return;
  throw new OtpctlError(
    'store-damaged',
    `${first.what} in the schema of the store ${printable(connection.path)} ${first.wrong}; nothing was changed`,
    'see all with  otpctl store check,  find out who wrote to the store, and restore it from a backup',
  );
}

/** Something in which two schemas differ. */
export interface SchemaDifference {
  /** `the trigger "t"`. */
  readonly what: string;
  /** What is wrong with it, as the end of a sentence. */
  readonly wrong: string;
  /** Whether rows may be read all the same: every table is what it should be, and no view stands for one. */
  readonly readable: boolean;
}

/**
 * In what a schema differs from the one that some steps of migration make: in types, names, tables and statements, to the
 * byte. Empty where it is the same. A trigger, a view or a changed table could undo what a verification writes, without a
 * key.
 */
export function schemaDifferences(
  connection: Connection,
  steps: readonly string[],
  database: 'main' | 'before' = 'main',
): readonly SchemaDifference[] {
  const rows = rowsOf(connection, database);
  const found = objectsIn(rows);
  if (steps.length === MIGRATIONS.length && found.join() === NEWEST_SCHEMA.join()) return misplaced(rows);
  const meant = modelOf(steps);
  if (found.join() === meant.join()) return misplaced(rows);
  const [foreign, lacking] = [without(found, meant), without(meant, found)];
  const changed = new Set(foreign.map(nameOf).filter((name) => lacking.some((object) => nameOf(object) === name)));
  return [
    ...foreign.map((object) => differenceOf(object, changed.has(nameOf(object)) ? CHANGED : FOREIGN)),
    ...lacking.filter((object) => !changed.has(nameOf(object))).map((object) => differenceOf(object, MISSING)),
  ];
}

const FOREIGN = 'is not of otpctl';
const CHANGED = 'is not what otpctl made';
const MISSING = 'is not there';

/** The objects of a schema that some steps make, as text, in the order of that text. */
export function modelOf(steps: readonly string[]): readonly string[] {
  const model = openConnection(':memory:');
  try {
    for (const step of steps) model.exec(step);
    return objectsIn(rowsOf(model, 'main'));
  } finally {
    model.close();
  }
}

function rowsOf(connection: Connection, database: 'main' | 'before'): readonly Row[] {
  return connection.all(`SELECT type, name, tbl_name, sql, rootpage FROM ${database}.sqlite_schema`);
}

function objectsIn(rows: readonly Row[]): readonly string[] {
  return rows.map(({ type, name, tbl_name, sql }) => JSON.stringify([type, name, tbl_name, sql])).sort();
}

/**
 * Tables and indexes that do not begin on a page of their own, but on that of another one, or on none. To read one would
 * be to read the other.
 */
function misplaced(rows: readonly Row[]): readonly SchemaDifference[] {
  const pages = new Set<unknown>([1]);
  const wrong = rows.filter(({ rootpage }) => {
    const isOwn = Number(rootpage) > 1 && !pages.has(rootpage);
    pages.add(rootpage);
    return !isOwn;
  });
  return wrong.map(({ type, name }) => {
    const what = `the ${printable(String(type))} "${printable(String(name))}"`;
    return { what, wrong: 'is not where otpctl put it', readable: false };
  });
}

/** What is in one list and not in the other; what is in it twice must be in the other twice. */
function without(objects: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return objects.filter((object) => {
    const at = left.indexOf(object);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function nameOf(object: string): string {
  const [type, name] = JSON.parse(object) as readonly unknown[];
  return `the ${printable(String(type))} "${printable(String(name))}"`;
}

function differenceOf(object: string, wrong: string): SchemaDifference {
  const [type] = JSON.parse(object) as readonly unknown[];
  return { what: nameOf(object), wrong, readable: type === 'trigger' || type === 'index' };
}
