import type { DeviceRecord } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/instant.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { fold, type NewUser, type User } from '../../../domain/user.ts';
import type { UsersWriter } from '../../../ports/store/store-writer.ts';
import type { KeyedHash } from '../../keyed-hash.ts';
import type { Connection, Row } from '../connection/connection.ts';
import { keySetPages } from '../connection/key-set.ts';
import { damagedValue, instantOf, jsonOf } from '../connection/row-values.ts';
import { isGenuineUser, isSignedUser, SIGNED_USER, type SignedUser, signUser } from '../signing/signed-users.ts';

/** Few: a user can have long attributes. */
const PAGE_ROWS = 50;

const COLUMNS =
  'CAST(id AS TEXT) AS id, name, name_fold, active, attributes, groups, enrolled_since, created, modified';

/**
 * Devices of the user who has a name now, its fold bound once; while nobody has it, those of who had it before. A device
 * belongs to the id of a user: who is given a name anew does not inherit what another one left. `devices` is what the
 * table is called in the query.
 */
export function ofUser(devices = 'devices'): string {
  return `(${devices}.user_fold = ? AND ${devices}.user_id IS NOT DISTINCT FROM coalesce(
    (SELECT holder.id FROM users AS holder WHERE holder.name_fold = ${devices}.user_fold), ${devices}.user_id))`;
}

/** The users of a scope as a condition in SQL, in which the table of users is called `scoped`. */
export interface UsersWithin {
  readonly sql: string;
  readonly parameters: readonly string[];
  /** The filter that it was made of. */
  readonly text: string;
}

/** Says of whom something must be, whose user id is `owner`; nothing where there is no scope. It follows other conditions. */
export function andWithin(scope: UsersWithin | undefined, owner: string): string {
  // A user by id for each row, and never a list of all users. What is of nobody is in no scope: null is not true.
  return scope === undefined ? '' : ` AND (SELECT ${scope.sql} FROM users AS scoped WHERE scoped.id = ${owner})`;
}

export function findUser(connection: Connection, name: string, scope?: UsersWithin): User | undefined {
  const sql = `SELECT ${COLUMNS} FROM users WHERE name_fold = ?${andWithin(scope, 'users.id')}`;
  const row = connection.get(sql, [fold(name), ...(scope?.parameters ?? [])]);
  return row && userOf(row);
}

export function findUserById(connection: Connection, id: string, scope?: UsersWithin): User | undefined {
  const sql = `SELECT ${COLUMNS} FROM users WHERE id = ?${andWithin(scope, 'users.id')}`;
  const row = connection.get(sql, [Number(id), ...(scope?.parameters ?? [])]);
  return row && userOf(row);
}

export function* listUsers(connection: Connection, scope?: UsersWithin): Iterable<readonly User[]> {
  if (scope !== undefined) return yield* listWithin(connection, scope);
  const sql = `SELECT ${COLUMNS} FROM users WHERE name_fold > ? ORDER BY name_fold LIMIT ?`;
  const pages = keySetPages(connection, { sql, key: 'name_fold', start: '', pageRows: PAGE_ROWS });
  for (const page of pages) yield page.map(userOf);
}

/** Users who are looked at for one page of a scope, which may have none of them: a server answers others in between. */
const SPAN = 100;

function* listWithin(connection: Connection, scope: UsersWithin): Iterable<readonly User[]> {
  const next = `SELECT max(name_fold) AS last FROM (SELECT name_fold FROM users WHERE name_fold > ? ORDER BY name_fold LIMIT ${SPAN})`;
  const sql = `SELECT ${COLUMNS} FROM users
    WHERE name_fold > ? AND name_fold <= ?${andWithin(scope, 'users.id')} ORDER BY name_fold`;
  for (let after = ''; ; ) {
    const last = connection.get(next, [after])?.['last'];
    if (typeof last !== 'string') return;
    yield connection.all(sql, [after, last, ...scope.parameters]).map(userOf);
    after = last;
  }
}

/** Users for use inside one immediate transaction; `isPending` tells of entries of the log that are not in it yet. */
export function createUsersWriter(
  connection: Connection,
  rows: KeyedHash,
  isPending: (entry: number) => boolean,
): UsersWriter {
  return {
    add(user, created) {
      const drawn = connection.get(
        'UPDATE store SET next_user_id = next_user_id + 1 RETURNING next_user_id - 1 AS drawn',
      );
      const id = String(drawn?.['drawn']);
      connection.run(
        `INSERT INTO users (id, name, name_fold, active, attributes, groups, created, modified)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        [Number(id), user.name, fold(user.name), ...valuesOf(user), created, created],
      );
      signUser(connection, rows, id);
      return { ...user, id, created, modified: created };
    },
    change(user) {
      refuseForgedUser(connection, rows, user, isPending);
      connection.run('UPDATE users SET active = ?, attributes = ?, groups = ?, modified = ? WHERE id = ?', [
        ...valuesOf(user),
        user.modified,
        Number(user.id),
      ]);
      signUser(connection, rows, user.id);
    },
    remove(id) {
      connection.run('DELETE FROM users WHERE id = ?', [Number(id)]);
    },
    enabledDevices: ({ id, name }) => enabledBeside(connection, { id: '0', user: name, userId: id }),
    anyHas(attribute) {
      // Looked for in the JSON text, where a quote inside a value has a backslash before it. To parse all takes ten times as long.
      const member = `${JSON.stringify(attribute)}:`;
      return connection.get('SELECT 1 FROM users WHERE instr(attributes, ?) > 0 LIMIT 1', [member]) !== undefined;
    },
  };
}

/** Refuses (`row-forged`) to sign what somebody else wrote. */
export function refuseForgedUser(
  connection: Connection,
  rows: KeyedHash,
  { id, name }: User,
  isPending: (entry: number) => boolean,
): void {
  if (isGenuineUser(connection, rows, id, isPending)) return;
  throw new OtpctlError(
    'row-forged',
    `user "${name}" is not what otpctl wrote: somebody has changed it in the store`,
    `remove it with  ${commandLine(['user', 'remove', name])},  and enrol the user again, or restore the store from a backup`,
  );
}

function valuesOf({ active, attributes, groups }: NewUser): [number, string, string] {
  return [active ? 1 : 0, JSON.stringify(attributes), JSON.stringify(groups)];
}

/** How many other devices are enabled that belong to whom a device belongs to. */
export function enabledBeside(
  connection: Connection,
  { id, user, userId }: Pick<DeviceRecord, 'id' | 'user' | 'userId'>,
): number {
  const sql = `SELECT count(*) AS n FROM devices
    WHERE user_fold = ? AND user_id IS NOT DISTINCT FROM ? AND status = 'V' AND id <> ?`;
  const owner = userId === undefined ? null : Number(userId);
  return Number(connection.get(sql, [fold(user), owner, Number(id)])?.['n']);
}

/** Notes when users first confirmed a device: whose devices these are. `which` follows `devices.id`. */
export function noteEnrolled(
  connection: Connection,
  rows: KeyedHash,
  which: string,
  bound: readonly (string | number)[],
  now: Instant,
): void {
  const found = connection.all(
    `SELECT ${SIGNED_USER} FROM users
     WHERE enrolled_since IS NULL AND id IN (SELECT user_id FROM devices WHERE id ${which})`,
    bound,
  );
  for (const row of found) {
    // Who is forged stays forged.
    if (!isSignedUser(connection, rows, row as unknown as SignedUser)) continue;
    const id = row['id'] as number;
    connection.run('UPDATE users SET enrolled_since = ?, modified = ? WHERE id = ?', [now, now, id]);
    signUser(connection, rows, id);
  }
}

const ATTRIBUTES = 'attributes of a user';
const GROUPS = 'groups of a user';

function userOf(row: Row): User {
  const attributes = jsonOf(row['attributes'], ATTRIBUTES);
  const entries = typeof attributes === 'object' && attributes !== null ? Object.entries(attributes) : undefined;
  if (!entries?.every(([, value]) => typeof value === 'string')) throw damagedValue(ATTRIBUTES);
  const groups = jsonOf(row['groups'], GROUPS);
  if (!Array.isArray(groups) || !groups.every((name) => typeof name === 'string')) throw damagedValue(GROUPS);
  return {
    id: row['id'] as string,
    name: row['name'] as string,
    active: row['active'] === 1,
    attributes: attributes as Record<string, string>,
    groups,
    ...(row['enrolled_since'] !== null && { enrolledSince: instantOf(row['enrolled_since']) }),
    created: instantOf(row['created']),
    modified: instantOf(row['modified']),
  };
}
