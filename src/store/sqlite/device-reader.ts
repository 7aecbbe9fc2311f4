import { MAX_TRIES } from '../../domain/challenge.ts';
import type { Device, DeviceType } from '../../domain/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Page, Selection } from '../../domain/selection.ts';
import { type Settings, settingsOf } from '../../domain/settings.ts';
import { fold, foldText } from '../../domain/user.ts';
import type { Explanation } from '../../ports/backend.ts';
import type { DeviceReader } from '../../ports/device-store.ts';
import type { Connection, Parameters, Row } from './connection.ts';
import {
  challengeOf,
  DEVICE_COLUMNS,
  deviceOf,
  RECORD_COLUMNS,
  RESOURCE_COLUMNS,
  recordOf,
  resourceOf,
} from './device-rows.ts';
import { ATTRIBUTE_COLUMNS, type Condition, filterSql, joined } from './filter-sql.ts';
import { readSettings } from './setting-rows.ts';
import { findUser } from './user-rows.ts';

/** Few at a time: what outlives a page is what a list takes of memory. */
const PAGE_ROWS = 100;
/** A page that a client asks for is read in one go. */
const FEW_RESOURCES = 1000;

export function createDeviceReader(connection: Connection): DeviceReader {
  const policy = createPolicyReader(connection);
  const rowOf = (id: string, columns: string): Row | undefined => {
    const key = rowId(id);
    return key === undefined ? undefined : connection.get(`SELECT ${columns} FROM devices WHERE id = ?`, [key]);
  };
  return {
    find(id) {
      const row = rowOf(id, RECORD_COLUMNS);
      return row && recordOf(row);
    },
    findResource(id) {
      const row = rowOf(id, RESOURCE_COLUMNS);
      return row && resourceOf(row);
    },

    list(selection, page) {
      const read = page.unreadable === undefined ? deviceOf : readable(page.unreadable);
      return pagesOf(connection, listQuery(connection, DEVICE_COLUMNS, selection, page), read);
    },
    *listResources(selection, page) {
      const query = listQuery(connection, RESOURCE_COLUMNS, selection, page);
      if (page.limit === undefined || page.limit > FEW_RESOURCES) yield* pagesOf(connection, query, resourceOf);
      else yield connection.all(query.sql, query.parameters).map(resourceOf);
    },

    count(selection) {
      const { where, parameters } = conditions(selection);
      return Number(connection.get(`SELECT count(*) AS n FROM devices ${where}`, parameters)?.['n']);
    },

    challengeOf(deviceId) {
      const row = connection.get('SELECT * FROM challenges WHERE device_id = ?', [Number(deviceId)]);
      return row && challengeOf(row);
    },

    policy,
    user: (name) => findUser(connection, name),
  };
}

/** Reads the settings each time, and makes them anew only when they are others. */
function createPolicyReader(connection: Connection): () => Settings {
  let last: { readonly values: ReturnType<typeof readSettings>; readonly settings: Settings } | undefined;
  return () => {
    const values = readSettings(connection);
    if (values !== last?.values) last = { values, settings: settingsOf(values) };
    return last.settings;
  };
}

function* pagesOf<T>(
  connection: Connection,
  { sql, parameters }: Query,
  read: (row: Row) => T | undefined,
): Iterable<readonly T[]> {
  let page: T[] = [];
  for (const row of connection.iterate(sql, parameters)) {
    const item = read(row);
    if (item !== undefined) page.push(item);
    if (page.length < PAGE_ROWS) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Reads devices, and tells of those that cannot be read. */
function readable(tell: NonNullable<Page['unreadable']>): (row: Row) => Device | undefined {
  return (row) => {
    try {
      return deviceOf(row);
    } catch (error) {
      if (!(error instanceof OtpctlError)) throw error;
      const { id, name, user, status } = row as unknown as Device;
      tell({ id, name, user, status, reason: error.message });
      return undefined;
    }
  };
}

/** How a list is read: the query and SQLite's plan of it. */
export function explainList(connection: Connection, selection: Selection, page: Page): Explanation {
  const { sql, parameters } = listQuery(connection, DEVICE_COLUMNS, selection, page);
  return { query: sql, parameters: parameters.map(String), plan: planOf(connection, sql, parameters) };
}

interface Query {
  readonly sql: string;
  readonly parameters: Parameters;
}

/** The query of a list, as it is run. */
function listQuery(connection: Connection, columns: string, selection: Selection, page: Page): Query {
  const { where, parameters } = conditions(selection);
  const query = (order: string) => `SELECT ${columns} FROM devices ${where} ORDER BY ${order} LIMIT ? OFFSET ?`;
  const all = [...parameters, page.limit ?? -1, page.offset ?? 0];
  const natural = query(orderOf(page));
  const scans = where !== '' && planOf(connection, natural, all).some((step) => step.startsWith('SCAN devices'));
  const sql = scans && isSelective(connection, where, parameters) ? query(`+${orderOf(page)}`) : natural;
  return { sql, parameters: all };
}

/** So many rows are sorted in no time; beyond, reading all of them in their order is as good, and needs no memory. */
const FEW = 50_000;

/**
 * Whether an index finds few rows. SQLite cannot know how many a range holds, and reads the whole table in the order
 * that is wanted rather than sort what an index gives: it is asked to count first, and then a plus before the order
 * keeps it from walking the table for its sake.
 */
function isSelective(connection: Connection, where: string, parameters: Parameters): boolean {
  const probe = `SELECT count(*) AS n FROM (SELECT 1 FROM devices ${where} LIMIT ${FEW + 1})`;
  if (!planOf(connection, probe, parameters).some((step) => /USING (COVERING )?INDEX devices_by/.test(step)))
    return false;
  return Number(connection.get(probe, parameters)?.['n']) <= FEW;
}

function planOf(connection: Connection, sql: string, parameters: Parameters): string[] {
  return Array.from(connection.iterate(`EXPLAIN QUERY PLAN ${sql}`, parameters), ({ detail }) => String(detail));
}

/** The newest challenge of a user's devices that can still be answered. */
export function challengedDevice(
  connection: Connection,
  user: string,
  type: DeviceType | undefined,
  now: Instant,
): Device | undefined {
  const row = connection.get(
    `SELECT ${DEVICE_COLUMNS} FROM devices WHERE id = (
       SELECT d.id FROM devices d JOIN challenges c ON c.device_id = d.id
       WHERE d.user_fold = ? AND d.type = coalesce(?, d.type) AND d.status IN ('C', 'V') AND c.created <= ? AND c.expires >= ?
         AND (c.code_hash IS NULL OR c.tries < ?)
       ORDER BY c.created DESC, d.id DESC LIMIT 1)`,
    [fold(user), type ?? null, now, now, MAX_TRIES],
  );
  return row && deviceOf(row);
}

/** A row number that an id can be; undefined for what no row of ours has. */
function rowId(id: string): bigint | undefined {
  return /^[1-9][0-9]{0,17}$/.test(id) ? BigInt(id) : undefined;
}

function conditions({ user, name, types, statuses, filter, words }: Selection): {
  where: string;
  parameters: Parameters;
} {
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
  if (terms.length === 0) return { where: '', parameters: [] };
  const { sql, parameters } = joined('AND', terms);
  return { where: `WHERE ${sql}`, parameters };
}

/** Missing values last when ascending, first when descending; ties by id, so that two runs agree. */
function orderOf({ sortBy = 'id', descending = false }: Page): string {
  const direction = descending ? 'DESC' : 'ASC';
  // The row's own number: the bare name would be the text that is selected, which sorts 10 before 2.
  if (sortBy === 'id') return `devices.id ${direction}`;
  const column = ATTRIBUTE_COLUMNS[sortBy];
  return `${column} IS NULL ${direction}, ${column} ${direction}, devices.id`;
}
