import { createHash } from 'node:crypto';
import type { Connection } from '../connection/connection.ts';
import { AUDIT_COLUMNS, columnsOf, FIRST_COLUMNS, LATER_COLUMNS } from './audit-rows.ts';

const PAGE_ROWS = 1000;

/** The formats of a digest: the first is over the columns of the first format of an entry. */
type SealFormat = 1 | 2;

/**
 * SHA-256 over the rows from one entry to another: every column, as the bytes that are stored. So entries that cannot be
 * read have a digest as well. A digest of the first format is of entries of the first format; of others there is none.
 */
export function sealDigest(
  connection: Connection,
  first: number,
  last: number,
  format: SealFormat,
): string | undefined {
  if (format === 1 && hasLater(connection, first, last)) return undefined;
  const columns = format === 1 ? FIRST_COLUMNS : AUDIT_COLUMNS;
  const bytes = columns
    .filter((column) => column !== 'seq' && column !== 'mac')
    .map((column) => `CAST(${column} AS ${column === 'time' ? 'TEXT' : 'BLOB'}) AS ${column}`);
  const sql = `SELECT seq, ${bytes.join(', ')}, mac FROM audit WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ${PAGE_ROWS}`;
  const hash = createHash('sha256').update(`otpctl:audit-seal:v${format}\0`);
  for (let from = first; ; ) {
    const rows = connection.all(sql, [from, last]);
    for (const row of rows) {
      for (const [column, value] of Object.entries(row)) {
        const bytes = value instanceof Uint8Array ? value : Buffer.from(String(value));
        hash.update(`${column}:${value === null ? 'none' : bytes.length}\0`).update(value === null ? '' : bytes);
      }
    }
    if (rows.length < PAGE_ROWS) return hash.digest('hex');
    from = Number(rows.at(-1)?.['seq']) + 1;
  }
}

/** Whether any of those rows has a value that only later formats have. */
function hasLater(connection: Connection, first: number, last: number): boolean {
  if (columnsOf(connection).length === FIRST_COLUMNS.length) return false;
  const any = LATER_COLUMNS.map((column) => `${column} IS NOT NULL`).join(' OR ');
  return (
    connection.get(`SELECT 1 FROM audit WHERE seq >= ? AND seq <= ? AND (${any}) LIMIT 1`, [first, last]) !== undefined
  );
}
