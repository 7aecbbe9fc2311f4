import { DatabaseSync } from 'node:sqlite';

/** The rows of every table of a store, but for what is drawn or told by the clock. */
export function lastingIn(store: string): Record<string, readonly string[]> {
  const database = new DatabaseSync(store);
  try {
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
    const rowsOf = (table: string) => database.prepare(`SELECT * FROM ${table}`).all().map(lasting).sort();
    return Object.fromEntries(tables.map(({ name }) => [name, rowsOf(String(name))]));
  } finally {
    database.close();
  }
}

/** A row without what differs from one run to the next: ids, digests, seals, PIN positions, times. */
function lasting(row: Record<string, unknown>): string {
  return JSON.stringify(row, (key, value: unknown) => {
    if (value instanceof Uint8Array) return 'bytes';
    // Seconds, or steps of half a minute.
    if (typeof value === 'number' && value > 1e7) return 'a time';
    if (key === 'positions' && value !== null) return 'positions';
    return typeof value === 'string' ? value.replace(/[0-9a-f]{12,}/g, 'drawn') : value;
  });
}
