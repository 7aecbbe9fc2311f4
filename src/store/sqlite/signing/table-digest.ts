import { OtpctlError } from '../../../domain/errors.ts';
import type { KeyedHash } from '../../keyed-hash.ts';
import { equal } from '../audit/audit-chain.ts';
import type { Connection } from '../connection/connection.ts';
import { isMac } from './signed-rows.ts';

/** A small table, each of whose rows is signed, and all of them together: so one that was removed or put back is found. */
interface Digested {
  /** The column that names a row. */
  readonly key: string;
  readonly columns: string;
  /** A column that came later: it is signed where it has a value. So a row from before is as it was signed. */
  readonly later?: string;
  /** What people call a row, and all of them. */
  readonly row: string;
  readonly all: string;
}

export const DIGESTED = {
  settings: {
    key: 'key',
    columns: 'key, value, CASE WHEN sealed IS NOT NULL THEN hex(sealed) END, key_id',
    row: 'setting',
    all: 'the settings',
  },
  api_keys: {
    key: 'id',
    columns: 'id, name, name_fold, roles, created, expires, rotated, hex(hash)',
    later: 'scope',
    row: 'API key',
    all: 'the API keys',
  },
} as const satisfies Record<string, Digested>;
export type DigestedTable = keyof typeof DIGESTED;
export const DIGESTED_TABLES = Object.keys(DIGESTED) as DigestedTable[];

/** The signed text of a row, in SQL. */
function textOf({ columns, later }: Digested): string {
  const text = `json_array(${columns})`;
  return later === undefined ? text : `iif(${later} IS NULL, ${text}, json_array(${columns}, ${later}))`;
}

/** Signs a row of a small table as it is, and with it the table, in the caller's transaction, which has written the row. */
export function signRow(connection: Connection, rows: KeyedHash, table: DigestedTable, id: string): void {
  signRowAlone(connection, rows, table, id);
  signDigest(connection, rows, table);
}

function signRowAlone(connection: Connection, rows: KeyedHash, table: DigestedTable, id: string): void {
  const { key } = DIGESTED[table];
  const row = connection.get(`SELECT ${textOf(DIGESTED[table])} AS text FROM ${table} WHERE ${key} = ?`, [id]);
  if (row !== undefined) {
    connection.run(`UPDATE ${table} SET mac = ? WHERE ${key} = ?`, [rowMac(rows, table, String(row['text'])), id]);
  }
}

function signDigest(connection: Connection, rows: KeyedHash, table: DigestedTable): void {
  connection.run(
    'INSERT INTO signatures (name, mac) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET mac = excluded.mac',
    [table, digestOf(connection, rows, table)],
  );
}

/** Signs all rows of a small table as they are, in the caller's transaction. */
export function signTable(connection: Connection, rows: KeyedHash, table: DigestedTable): void {
  const { key } = DIGESTED[table];
  const ids = connection.all(`SELECT ${key} AS id FROM ${table}`);
  for (const { id } of ids) signRowAlone(connection, rows, table, String(id));
  signDigest(connection, rows, table);
}

/** The rows that somebody else wrote, by what names them. */
export function forgedRows(
  connection: Connection,
  rows: KeyedHash,
  table: DigestedTable,
  where = '',
): readonly string[] {
  const { key } = DIGESTED[table];
  return connection
    .all(`SELECT ${key} AS id, ${textOf(DIGESTED[table])} AS text, mac FROM ${table} ${where}`)
    .filter(({ text, mac }) => !isMac(mac, rowMac(rows, table, String(text))))
    .map(({ id }) => String(id));
}

/** Whether a small table has the rows that were signed: none was added, removed or put back. */
export function isTableWhole(connection: Connection, rows: KeyedHash, table: DigestedTable): boolean {
  const mac = connection.get('SELECT mac FROM signatures WHERE name = ?', [table])?.['mac'];
  return mac instanceof Uint8Array && equal(mac, digestOf(connection, rows, table));
}

/** Refuses (`row-forged`) to sign a small table anew to which somebody else has added rows, or taken some away. */
export function refuseForgedTable(connection: Connection, rows: KeyedHash, table: DigestedTable): void {
  if (isTableWhole(connection, rows, table)) return;
  throw new OtpctlError(
    'row-forged',
    `${DIGESTED[table].all} in the store are not what otpctl wrote: somebody has changed them beside it`,
    'see them with  otpctl store check;  restore the store from a backup, or sign them as they are with  otpctl store check --sign',
  );
}

/** Whether the settings are those that were signed. What is sealed is proven when it is opened. */
export function areSettingsSigned(connection: Connection, rows: KeyedHash): boolean {
  if (!isTableWhole(connection, rows, 'settings')) return false;
  return forgedRows(connection, rows, 'settings', 'WHERE sealed IS NULL').length === 0;
}

function rowMac(rows: KeyedHash, table: DigestedTable, text: string): Uint8Array {
  return rows(`${table}\0${text}`);
}

function digestOf(connection: Connection, rows: KeyedHash, table: DigestedTable): Uint8Array {
  const { key } = DIGESTED[table];
  const all = connection.all(`SELECT json_array(${key}, hex(mac)) AS text FROM ${table} ORDER BY ${key}`);
  return rows(`${table}:all\0${all.map(({ text }) => text).join('\n')}`);
}
