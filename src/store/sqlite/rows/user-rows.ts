import { fold, type User } from '../../../domain/user.ts';
import type { UsersWriter } from '../../../ports/store/store-writer.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { keySetPages } from '../connection/key-set.ts';
import { damagedValue, jsonOf } from '../connection/row-values.ts';

/** Few: a user can have long attributes. */
const PAGE_ROWS = 50;

export function findUser(connection: Connection, name: string): User | undefined {
  const row = connection.get('SELECT name, attributes FROM users WHERE name_fold = ?', [fold(name)]);
  return row && userOf(row);
}

export function* listUsers(connection: Connection): Iterable<readonly User[]> {
  const sql = 'SELECT name_fold, name, attributes FROM users WHERE name_fold > ? ORDER BY name_fold LIMIT ?';
  const pages = keySetPages(connection, { sql, key: 'name_fold', start: '', pageRows: PAGE_ROWS });
  for (const page of pages) yield page.map(userOf);
}

/** Users for use inside one immediate transaction. */
export function createUsersWriter(connection: Connection): UsersWriter {
  return {
    put({ name, attributes }) {
      connection.run('INSERT OR REPLACE INTO users (name_fold, name, attributes) VALUES (?, ?, ?)', [
        fold(name),
        name,
        JSON.stringify(attributes),
      ]);
    },
    remove(name) {
      connection.run('DELETE FROM users WHERE name_fold = ?', [fold(name)]);
    },
    anyHas(attribute) {
      // Looked for in the JSON text, where a quote inside a value has a backslash before it. To parse all takes ten times as long.
      const member = `${JSON.stringify(attribute)}:`;
      return connection.get('SELECT 1 FROM users WHERE instr(attributes, ?) > 0 LIMIT 1', [member]) !== undefined;
    },
  };
}

const ATTRIBUTES = 'attributes of a user';

function userOf(row: Row): User {
  const attributes = jsonOf(row['attributes'], ATTRIBUTES);
  const entries = typeof attributes === 'object' && attributes !== null ? Object.entries(attributes) : undefined;
  if (!entries?.every(([, value]) => typeof value === 'string')) throw damagedValue(ATTRIBUTES);
  return { name: row['name'] as string, attributes: attributes as Record<string, string> };
}
