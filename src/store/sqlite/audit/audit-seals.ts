import { createHash } from 'node:crypto';
import type { Connection } from '../connection/connection.ts';

const PAGE_ROWS = 1000;
const BYTES = ['actor', 'action', 'object', 'result', 'reason', 'ticket', 'device_id', 'user', 'user_fold']
  .map((column) => `CAST(${column} AS BLOB) AS ${column}`)
  .join(', ');

/**
 * SHA-256 over the rows from one entry to another: every column, as the bytes that are stored. So entries that cannot be
 * read have a digest as well.
 */
export function sealDigest(connection: Connection, first: number, last: number): string {
  const hash = createHash('sha256').update('otpctl:audit-seal:v1\0');
  const sql = `SELECT seq, CAST(time AS TEXT) AS time, ${BYTES}, mac FROM audit
    WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ${PAGE_ROWS}`;
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
