import { commandLine } from '../../../domain/text/command-line.ts';
import { printable } from '../../../domain/text/printable.ts';
import { fold } from '../../../domain/user.ts';
import type { StoreFinding } from '../../../ports/store/store-admin.ts';
import type { Connection } from '../connection/connection.ts';
import { FIRST, keySetRows } from '../connection/key-set.ts';

const USERS = 'SELECT id AS key, name_fold, name, attributes, groups FROM users WHERE id > ? ORDER BY id LIMIT ?';

/** Devices whose user is not the one that they name. One whose user is gone was a former user's. */
const MISLAID = `
  SELECT devices.id AS key, CAST(devices.id AS TEXT) AS id, devices.name, users.name AS other
  FROM devices LEFT JOIN users ON users.id = devices.user_id
  WHERE devices.id > ? AND (devices.user_id IS NULL OR users.name_fold <> devices.user_fold)
  ORDER BY devices.id LIMIT ?`;

/** Users that otpctl would not have written, and devices that belong to another one than they name. */
export function* checkUsers(connection: Connection): Generator<StoreFinding> {
  for (const row of keySetRows(connection, { sql: USERS, key: 'key', start: FIRST })) {
    const name = String(row['name']);
    const what = `user ${printable(name)}`;
    const remedy = 'find out who wrote to the store, and set the user again with  otpctl user set';
    if (row['name_fold'] !== fold(name)) yield { finding: `${what} is filed under another name`, remedy };
    if (!isRecordOfTexts(parsed(row['attributes']))) yield { finding: `${what} has attributes that are none`, remedy };
    if (!isListOfTexts(parsed(row['groups']))) yield { finding: `${what} has groups that are none`, remedy };
  }
  for (const { id, name, other } of keySetRows(connection, { sql: MISLAID, key: 'key', start: FIRST })) {
    const whose = other === null ? 'nobody' : `user ${printable(String(other))}`;
    yield {
      finding: `device ${id} (${printable(String(name))}) belongs to ${whose}, and names another user`,
      remedy: `restore the store from a backup, or enrol the user again and  ${commandLine(['device', 'delete', String(id)])}`,
    };
  }
  const most = 'SELECT max(coalesce((SELECT max(id) FROM users), 0), coalesce((SELECT max(user_id) FROM devices), 0))';
  if (connection.get(`SELECT 1 FROM store WHERE next_user_id <= (${most})`) !== undefined) {
    yield { finding: 'the counter of user ids lags behind the users', remedy: 'restore the store from a backup' };
  }
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

function isRecordOfTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => typeof each === 'string');
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
