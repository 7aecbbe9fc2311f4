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
  const database = new DatabaseSync(path);
  try {
    return { ...database.prepare(sql).get() };
  } finally {
    database.close();
  }
}
