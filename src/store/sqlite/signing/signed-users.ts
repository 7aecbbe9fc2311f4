import type { KeyedHash } from '../../keyed-hash.ts';
import type { Connection } from '../connection/connection.ts';
import { isMac, isNewest } from './signed-rows.ts';

/** What is signed of a user: every column. `users` is what the table is called in the query. */
export function userText(users = 'users'): string {
  const columns = [
    'id',
    'name',
    'name_fold',
    'active',
    'attributes',
    'groups',
    'enrolled_since',
    'created',
    'modified',
    'entry',
  ];
  return `json_array(${columns.map((column) => `${users}.${column}`).join(', ')})`;
}

/** The newest order about a user in the log, in SQL; an index holds these alone. */
export function newestOrder(users = 'users'): string {
  return `(SELECT max(seq) FROM audit
    WHERE user_id = CAST(${users}.id AS TEXT) AND action IN ('user.set', 'user.remove', 'user.erase'))`;
}

function userMac(rows: KeyedHash, text: string): Uint8Array {
  return rows(`users\0${text}`);
}

/** A row of a user with what is signed of it. */
export interface SignedUser {
  readonly text: unknown;
  readonly mac: unknown;
  readonly entry: unknown;
  readonly newest: unknown;
}

/** Whether a user is as it was signed, and nobody has put back what it was before. */
export function isSignedUser(
  connection: Connection,
  rows: KeyedHash,
  { text, mac, entry, newest }: SignedUser,
  isPending?: (entry: number) => boolean,
): boolean {
  return (
    isMac(mac, userMac(rows, text as string)) &&
    isNewest(connection, entry as number, newest as number | null, isPending)
  );
}

/** The columns of a query that `isSignedUser` takes. */
export const SIGNED_USER = `id, ${userText()} AS text, mac, entry, ${newestOrder()} AS newest`;

/** The same of the user with an id; true of one that is not there. */
export function isGenuineUser(
  connection: Connection,
  rows: KeyedHash,
  id: string,
  isPending?: (entry: number) => boolean,
): boolean {
  const row = connection.get(`SELECT ${SIGNED_USER} FROM users WHERE id = ?`, [Number(id)]);
  return row === undefined || isSignedUser(connection, rows, row as unknown as SignedUser, isPending);
}

/** Signs a user as it is, in the caller's transaction, which has just written it; `anew`: it names its newest order, too. */
export function signUser(
  connection: Connection,
  rows: KeyedHash,
  id: string | number,
  how: 'as it is' | 'anew' = 'as it is',
): void {
  if (how === 'anew') {
    connection.run(`UPDATE users SET entry = coalesce(${newestOrder()}, 0) WHERE id = ?`, [Number(id)]);
  }
  const row = connection.get(`SELECT ${userText()} AS text FROM users WHERE id = ?`, [Number(id)]);
  if (row === undefined) return;
  connection.run('UPDATE users SET mac = ? WHERE id = ?', [userMac(rows, row['text'] as string), Number(id)]);
}

/** Has a user name an order in the log as the newest, and signs it. */
export function enterUser(connection: Connection, rows: KeyedHash, id: string, entry: number): void {
  connection.run('UPDATE users SET entry = ? WHERE id = ?', [entry, Number(id)]);
  signUser(connection, rows, id);
}
