import { printable } from '../../domain/printable.ts';
import { type Connection, openConnection } from './connection.ts';
import { MIGRATIONS } from './migrations.ts';
import { NEWEST_SCHEMA } from './newest-schema.ts';

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
 * How everything in the schema of a database (types, names, tables and statements, to the byte) differs from what some
 * steps make; empty where it is exactly that. A trigger, a view or a changed table could undo what verification
 * writes, without a key.
 */
export function schemaDifferences(
  connection: Connection,
  steps: readonly string[],
  database: 'main' | 'before' = 'main',
): readonly SchemaDifference[] {
  const found = objectsOf(connection, database);
  if (steps.length === MIGRATIONS.length && found.join() === NEWEST_SCHEMA.join()) return [];
  const meant = modelOf(steps);
  if (found.join() === meant.join()) return [];
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
    return objectsOf(model, 'main');
  } finally {
    model.close();
  }
}

function objectsOf(connection: Connection, database: 'main' | 'before'): readonly string[] {
  const objects = connection.all(`SELECT type, name, tbl_name, sql FROM ${database}.sqlite_schema`);
  return objects.map(({ type, name, tbl_name, sql }) => JSON.stringify([type, name, tbl_name, sql])).sort();
}

/** What one list has more than another; twice the same counts twice. */
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
