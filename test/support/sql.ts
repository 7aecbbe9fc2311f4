import { DatabaseSync } from 'node:sqlite';

/** Runs SQL on a store file behind the program's back, as somebody with the file could. */
export function tamper(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

export function readRow(path: string, sql: string): Record<string, unknown> {
  return readRows(path, sql)[0] ?? {};
}

export function readRows(path: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path);
  try {
    return Array.from(database.prepare(sql).iterate(), (row) => ({ ...row }));
  } finally {
    database.close();
  }
}
