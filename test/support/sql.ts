import { DatabaseSync } from 'node:sqlite';
import { AUDIT_COLUMNS } from '../../src/store/sqlite/audit/audit-rows.ts';

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

/** Makes whoever has a device known, where rows of devices were written by SQL: every device belongs to a user. */
export const MAKE_KNOWN = `
  INSERT INTO users (name, name_fold, active, attributes, groups, enrolled_since, created, modified)
  SELECT user, user_fold, 1, '{}', '[]', min(iif(status = 'V', created, NULL)), created, created FROM devices
  WHERE user_id IS NULL AND user_fold NOT IN (SELECT name_fold FROM users) GROUP BY user_fold;
  UPDATE devices SET user_id = (SELECT users.id FROM users WHERE users.name_fold = user_fold) WHERE user_id IS NULL;
  UPDATE store SET next_user_id = (SELECT max(id) + 1 FROM users);`;

/** The columns of an entry of the audit log but its number, for a copy of it under another. */
export const OTHERS = AUDIT_COLUMNS.filter((column) => column !== 'seq').join(', ');
