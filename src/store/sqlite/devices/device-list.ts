import type { Page, Selection } from '../../../domain/device/selection.ts';
import { fold, foldText } from '../../../domain/user.ts';
import type { Explanation } from '../../../ports/backend.ts';
import type { Connection, Parameters, Row } from '../connection/connection.ts';
import { FIRST, LAST } from '../connection/key-set.ts';
import { DEVICE_COLUMNS } from './device-rows.ts';
import { ATTRIBUTE_COLUMNS, type Condition, filterSql, joined } from './filter-sql.ts';

/** Few at a time: what outlives a page is what a list takes of memory. */
const PAGE_ROWS = 100;
/** So many are read in one go. */
const FEW_ROWS = 1000;

/**
 * The rows of a list in pages, each a statement that has ended before the page is handed out. In the order of ids a page
 * begins behind the last one. In any other order the ids are read first, so that a device that moves meanwhile is in the
 * list once; a device is in it as it is when its page is read, if it is still one that is meant.
 */
export function* listPages(
  connection: Connection,
  columns: string,
  selection: Selection,
  page: Page,
): Generator<readonly Row[]> {
  const query = listQuery(connection, columns, selection, page);
  if (page.limit !== undefined && page.limit <= FEW_ROWS) {
    const rows = connection.all(query.sql, query.parameters);
    if (rows.length > 0) yield rows;
  } else if (query.isWalk) yield* walk(connection, columns, query.where, page);
  else yield* chosen(connection, columns, query, page);
}

interface Where {
  readonly sql: string;
  readonly parameters: Parameters;
}

function* walk(connection: Connection, columns: string, where: Where, page: Page): Generator<readonly Row[]> {
  const { descending = false, limit = Number.POSITIVE_INFINITY, offset = 0 } = page;
  const behind = `devices.id ${descending ? '<' : '>'} ?`;
  const condition = where.sql === '' ? `WHERE ${behind}` : `${where.sql} AND ${behind}`;
  const sql = `SELECT ${columns} FROM devices ${condition} ORDER BY ${orderOf(page)} LIMIT ? OFFSET ?`;
  let after: number | bigint = descending ? LAST : FIRST;
  for (let read = 0; read < limit; ) {
    const size = Math.min(PAGE_ROWS, limit - read);
    const rows = connection.all(sql, [...where.parameters, after, size, read === 0 ? offset : 0]);
    if (rows.length > 0) yield rows;
    if (rows.length < size) return;
    read += rows.length;
    after = BigInt(rows.at(-1)?.['id'] as string);
  }
}

function* chosen(
  connection: Connection,
  columns: string,
  { where, order }: Query,
  { limit = -1, offset = 0 }: Page,
): Generator<readonly Row[]> {
  // As one text: a million of rows would be a million of objects.
  const each = `SELECT devices.id AS id FROM devices ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`;
  const text = connection.get(`SELECT group_concat(id) AS ids FROM (${each})`, [...where.parameters, limit, offset])?.[
    'ids'
  ] as string | null;
  const ids = text?.split(',') ?? [];
  const sql = `SELECT ${columns} FROM (SELECT key AS position, value AS chosen FROM json_each(?))
    CROSS JOIN devices ON devices.id = chosen ${where.sql} ORDER BY position`;
  for (let at = 0; at < ids.length; at += PAGE_ROWS) {
    const rows = connection.all(sql, [`[${ids.slice(at, at + PAGE_ROWS).join()}]`, ...where.parameters]);
    if (rows.length > 0) yield rows;
  }
}

/** How a list is read: the query and SQLite's plan of it. */
export function explainList(connection: Connection, selection: Selection, page: Page): Explanation {
  const { sql, parameters } = listQuery(connection, DEVICE_COLUMNS, selection, page);
  return { query: sql, parameters: parameters.map(String), plan: planOf(connection, sql, parameters) };
}

export function countDevices(connection: Connection, selection: Selection): number {
  const { sql, parameters } = conditions(selection);
  return Number(connection.get(`SELECT count(*) AS n FROM devices ${sql}`, parameters)?.['n']);
}

/** More devices than these are no longer few, and not counted. */
const FEW_HELD = 1000;

/** How many devices have a name or a user; infinitely many where they are more than few. Reads an index alone. */
export function devicesHeld(connection: Connection, attribute: 'name' | 'user', value: string): number {
  const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM devices WHERE ${ATTRIBUTE_COLUMNS[attribute]} = ? LIMIT ${FEW_HELD + 1})`;
  const count = Number(connection.get(sql, [foldText(value)])?.['n']);
  return count > FEW_HELD ? Number.POSITIVE_INFINITY : count;
}

interface Query {
  readonly sql: string;
  readonly parameters: Parameters;
  readonly where: Where;
  readonly order: string;
  /** Whether it follows the ids, so that it can go on behind any of them. */
  readonly isWalk: boolean;
}

/** The query of a list, as it is run. */
function listQuery(connection: Connection, columns: string, selection: Selection, page: Page): Query {
  const where = conditions(selection);
  const query = (order: string) => `SELECT ${columns} FROM devices ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`;
  const parameters = [...where.parameters, page.limit ?? -1, page.offset ?? 0];
  const natural = query(orderOf(page));
  const plan = where.sql === '' ? [] : planOf(connection, natural, parameters);
  const scans = plan.some((step) => step.startsWith('SCAN devices'));
  if (scans && isSelective(connection, where)) {
    const order = `+${orderOf(page)}`;
    return { sql: query(order), parameters, where, order, isWalk: false };
  }
  const isSorted = plan.some((step) => step.startsWith('USE TEMP B-TREE'));
  const isWalk = (page.sortBy ?? 'id') === 'id' && !isSorted;
  return { sql: natural, parameters, where, order: orderOf(page), isWalk };
}

/** So many rows are sorted in no time; beyond, reading all of them in their order is as good, and needs no memory. */
const FEW = 50_000;

/**
 * Whether an index finds few rows. SQLite cannot know how many a range holds, and reads the whole table in the order
 * that is wanted rather than sort what an index gives: it is asked to count first, and then a plus before the order
 * keeps it from walking the table for its sake.
 */
function isSelective(connection: Connection, { sql, parameters }: Where): boolean {
  const probe = `SELECT count(*) AS n FROM (SELECT 1 FROM devices ${sql} LIMIT ${FEW + 1})`;
  if (!planOf(connection, probe, parameters).some((step) => /USING (COVERING )?INDEX devices_by/.test(step)))
    return false;
  return Number(connection.get(probe, parameters)?.['n']) <= FEW;
}

function planOf(connection: Connection, sql: string, parameters: Parameters): string[] {
  return connection.all(`EXPLAIN QUERY PLAN ${sql}`, parameters).map(({ detail }) => String(detail));
}

function conditions({ user, name, types, statuses, filter, words }: Selection): Where {
  const terms: Condition[] = [];
  const add = (sql: string, ...parameters: string[]) => {
    terms.push({ sql, parameters });
  };
  const oneOf = (values: readonly string[]) => `IN (${values.map(() => '?').join(', ')})`;
  if (user !== undefined) add('user_fold = ?', fold(user));
  if (name !== undefined) add('(name_fold = ? AND name = ?)', fold(name), name);
  if (types !== undefined) add(`type ${oneOf(types)}`, ...types);
  if (statuses !== undefined) add(`status ${oneOf(statuses)}`, ...statuses);
  if (filter !== undefined) terms.push(filterSql(filter));
  for (const word of words ?? [])
    add('(instr(user_fold, ?) > 0 OR instr(name_fold, ?) > 0)', foldText(word), foldText(word));
  if (terms.length === 0) return { sql: '', parameters: [] };
  const { sql, parameters } = joined('AND', terms);
  return { sql: `WHERE ${sql}`, parameters };
}

/** Missing values last when ascending, first when descending; ties by id, so that two runs agree. */
function orderOf({ sortBy = 'id', descending = false }: Page): string {
  const direction = descending ? 'DESC' : 'ASC';
  // The row's own number: the bare name would be the text that is selected, which sorts 10 before 2.
  if (sortBy === 'id') return `devices.id ${direction}`;
  const column = ATTRIBUTE_COLUMNS[sortBy];
  return `${column} IS NULL ${direction}, ${column} ${direction}, devices.id`;
}
