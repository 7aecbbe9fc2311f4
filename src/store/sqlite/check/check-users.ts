import { printable } from '../../../domain/text/printable.ts';
import { fold } from '../../../domain/user.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import type { Connection } from '../connection/connection.ts';
import { FIRST, keySetRows } from '../connection/key-set.ts';

const USERS = 'SELECT rowid AS key, name_fold, name, attributes FROM users WHERE rowid > ? ORDER BY rowid LIMIT ?';

/** Users that otpctl would not have written. */
export function* checkUsers(connection: Connection): Generator<StoreFinding> {
  for (const row of keySetRows(connection, { sql: USERS, key: 'key', start: FIRST })) {
    const name = String(row['name']);
    const what = `user ${printable(name)}`;
    const remedy = 'find out who wrote to the store, and set the user again with  otpctl user set';
    if (row['name_fold'] !== fold(name)) yield { finding: `${what} is filed under another name`, remedy };
    if (!isRecordOfTexts(String(row['attributes']))) yield { finding: `${what} has attributes that are none`, remedy };
  }
}

function isRecordOfTexts(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return Object.values(value).every((each) => typeof each === 'string');
  } catch {
    return false;
  }
}
