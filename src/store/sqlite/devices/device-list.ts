import type { Page, Selection } from '../../../domain/device/selection.ts';
import { fold, foldText } from '../../../domain/user.ts';
import type { Explanation } from '../../../ports/explanation.ts';
import type { Connection, Parameters, Row } from '../connection/connection.ts';
import { FIRST, LAST } from '../connection/key-set.ts';
import { andWithin, ofUser, type UsersWithin } from '../rows/user-rows.ts';
import { DEVICE_COLUMNS } from './device-rows.ts';
import { type Access, ALWAYS, ATTRIBUTE_COLUMNS, type Condition, filterSql, joined } from './filter-sql.ts';

/** A selection, of which only the devices are there that belong to users of a scope. */
export interface ScopedSelection extends Selection {
  readonly scope?: UsersWithin | undefined;
}

/** A long list has so many rows in memory at a time. */
const PAGE_ROWS = 100;
/** A list of no more rows is read by one statement. */
const FEW_ROWS = 1000;

/**
 * The rows of a list in pages. No statement is open while a page is with the caller. In the order of ids, each page is
 * read behind the last id of the one before. In any other order all ids are read first, and then their rows, so that a
 * device that changes its place meanwhile is listed once: as it is when its page is read, if it is still selected.
 */
export function* listPages(
  connection: Connection,
  columns: string,
  selection: ScopedSelection,
  page: Page,
): Generator<readonly Row[]> {
  const query = listQuery(connection, columns, selection, page);
  if (page.limit !== undefined && page.limit <= FEW_ROWS) {
    const rows = connection.all(query.sql, query.parameters);
    if (rows.length > 0) yield rows;
  } else if (query.isWalk) yield* walk(connection, columns, query, page);
  else yield* chosen(connection, columns, query, page);
}

/** The conditions of a selection, as the clause of a query; empty where there are none. */
interface Where {
  readonly sql: string;
  readonly parameters: Parameters;
  readonly access: Access;
}

/** Pages in the order of ids, each of which begins behind the last id of the one before. */
function* walk(connection: Connection, columns: string, { where }: Query, page: Page): Generator<readonly Row[]> {
  const { descending = false, limit = Number.POSITIVE_INFINITY, offset = 0 } = page;
  const behind = `devices.id ${descending ? '<' : '>'} ?`;
  const condition = where.sql === '' ? `WHERE ${behind}` : `${where.sql} AND ${behind}`;
  // An index that gives another order would have every page sort all rows.
  const devices = where.access === 'value' ? 'devices' : 'devices NOT INDEXED';
  const sql = `SELECT ${columns} FROM ${devices} ${condition} ORDER BY ${orderOf(page)} LIMIT ? OFFSET ?`;
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

/** Pages in any other order: first all ids in that order, then the rows of some of them at a time. */
function* chosen(
  connection: Connection,
  columns: string,
  { where, order }: Query,
  { limit = -1, offset = 0 }: Page,
): Generator<readonly Row[]> {
  // As one text: a million rows would be a million objects.
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
export function explainList(connection: Connection, selection: ScopedSelection, page: Page): Explanation {
  const { sql, parameters } = listQuery(connection, DEVICE_COLUMNS, selection, page);
  const plan = connection.all(`EXPLAIN QUERY PLAN ${sql}`, parameters).map(({ detail }) => String(detail));
  return { query: sql, parameters: parameters.map(String), plan };
}

export function countDevices(connection: Connection, selection: ScopedSelection): number {
  const { sql, parameters } = conditions(selection);
  return Number(connection.get(`SELECT count(*) AS n FROM devices ${sql}`, parameters)?.['n']);
}

/** Devices with one name or of one user are counted up to here. */
const MOST_COUNTED = 1000;

/** How many devices have a name or a user; infinitely many where there are more than 1,000. Reads an index alone. */
export function devicesWith(connection: Connection, attribute: 'name' | 'user', value: string): number {
  const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM devices WHERE ${ATTRIBUTE_COLUMNS[attribute]} = ? LIMIT ${MOST_COUNTED + 1})`;
  const count = Number(connection.get(sql, [foldText(value)])?.['n']);
  return count > MOST_COUNTED ? Number.POSITIVE_INFINITY : count;
}

interface Query {
  readonly sql: string;
  readonly parameters: Parameters;
  readonly where: Where;
  readonly order: string;
  /** Whether rows are found in the order of their ids, so that a page can begin behind the last one before it. */
  readonly isWalk: boolean;
}

/**
 * The query of a list, as it is run. SQLite cannot know how many rows a range of an index holds; rather than sort what
 * may be many, it reads the whole table in the order that is asked for. So the rows of a range are counted first. Where
 * they are few, a plus before the order makes SQLite use the index and sort.
 */
function listQuery(connection: Connection, columns: string, selection: ScopedSelection, page: Page): Query {
  const where = conditions(selection);
  const { access } = where;
  const isById = (page.sortBy ?? 'id') === 'id';
  const isFew = isById && access === 'range' && hasFew(connection, where);
  const order = isFew ? `+${orderOf(page)}` : orderOf(page);
  return {
    sql: `SELECT ${columns} FROM devices ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`,
    parameters: [...where.parameters, page.limit ?? -1, page.offset ?? 0],
    where,
    order,
    isWalk: isById && !isFew && access !== 'values',
  };
}

/** So many rows are sorted in no time. For more, to read the table in its order is as fast, and needs no memory. */
const FEW = 50_000;

function hasFew(connection: Connection, { sql, parameters }: Where): boolean {
  const found = `SELECT count(*) AS n FROM (SELECT 1 FROM devices ${sql} LIMIT ${FEW + 1})`;
  return Number(connection.get(found, parameters)?.['n']) <= FEW;
}

function conditions({ user, name, types, statuses, filter, words, scope }: ScopedSelection): Where {
  const terms: Condition[] = [];
  const add = (access: Access, sql: string, ...parameters: string[]) => {
    terms.push({ sql, parameters, access });
  };
  const oneOf = (values: readonly string[]) => `IN (${values.map(() => '?').join(', ')})`;
  if (user !== undefined) add('value', ofUser(), fold(user));
  if (name !== undefined) add('value', '(name_fold = ? AND name = ?)', fold(name), name);
  if (types !== undefined) add('table', `type ${oneOf(types)}`, ...types);
  if (statuses !== undefined) add('table', `status ${oneOf(statuses)}`, ...statuses);
  if (filter !== undefined) terms.push(filterSql(filter));
  for (const word of words ?? [])
    add('table', '(instr(user_fold, ?) > 0 OR instr(name_fold, ?) > 0)', foldText(word), foldText(word));
  const within = andWithin(scope, 'devices.user_id');
  if (terms.length === 0 && within === '') return { sql: '', parameters: [], access: 'table' };
  const { sql, parameters, access } = terms.length === 0 ? ALWAYS : joined('AND', terms);
  return { sql: `WHERE ${sql}${within}`, parameters: [...parameters, ...(scope?.parameters ?? [])], access };
}

/** Missing values last when ascending, first when descending; ties by id, so that two runs agree. */
function orderOf({ sortBy = 'id', descending = false }: Page): string {
  const direction = descending ? 'DESC' : 'ASC';
  // The row's own number: the bare name would be the text that is selected, which sorts 10 before 2.
  if (sortBy === 'id') return `devices.id ${direction}`;
  const column = ATTRIBUTE_COLUMNS[sortBy];
  return `${column} IS NULL ${direction}, ${column} ${direction}, devices.id`;
}
