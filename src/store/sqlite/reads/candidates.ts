import { statSync } from 'node:fs';
import type { DeviceStatus } from '../../../domain/device/device.ts';
import { statusWord } from '../../../domain/device/device.ts';
import { placeWithin } from '../../../domain/scope.ts';
import { SETTINGS, type SettingKey } from '../../../domain/settings/setting-rules.ts';
import { fold, foldText } from '../../../domain/user.ts';
import type { Candidate, CandidateKind } from '../../../ports/store/candidates.ts';
import { type Connection, openConnection, type Row } from '../connection/connection.ts';
import { isUnwritable } from '../open-store.ts';
import { readSettings } from '../rows/setting-rows.ts';
import { andWithin, type UsersWithin } from '../rows/user-rows.ts';
import { schemaDifferences, schemaOf } from '../schema/check-schema.ts';
import { MIGRATIONS, RUN_TABLES } from '../schema/migrations.ts';

/** More than a screen shows is not read. */
const LIMIT = 100;
/** Milliseconds that a busy store is waited for: somebody has pressed a key. */
const TIMEOUT = 40;
/** Greater than every character that can follow a prefix. */
const LAST = '\u{10ffff}';

/**
 * What begins like a prefix: in a store, and there in a scope; with `place`, of the runs on that place in a file of runs.
 * Nothing is written.
 */
export function readCandidates(
  path: string,
  kind: CandidateKind,
  prefix: string,
  { place, scope }: { readonly place?: string; readonly scope?: UsersWithin } = {},
): Candidate[] {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return [];
  const connection = openConnection(path, {
    timeout: TIMEOUT,
    readOnly: true,
    ...(isUnwritable(path) && { unwritable: true }),
  });
  try {
    const steps = place === undefined ? MIGRATIONS.slice(0, schemaOf(connection)) : [RUN_TABLES];
    if (schemaDifferences(connection, steps).length > 0) return [];
    if (kind === 'runs') return runs(connection, prefix, place ?? scopedPlace(connection, scope));
    if (place !== undefined || (scope !== undefined && OF_NO_USER.includes(kind))) return [];
    return READERS[kind]?.(connection, prefix, scope) ?? [];
  } finally {
    connection.close();
  }
}

type Reader = (connection: Connection, prefix: string, scope: UsersWithin | undefined) => Candidate[];

/** What is of the whole store, and not there in a scope. */
const OF_NO_USER: readonly CandidateKind[] = ['apikeys', 'serials'];

const READERS: Partial<Record<CandidateKind, Reader>> = {
  devices: (connection, prefix, scope) => [
    ...devicesById(connection, prefix, scope),
    ...devicesByName(connection, prefix, scope),
  ],
  users: (connection, prefix, scope) => {
    const of = (owner: string) => ({ scope, owner });
    const held = 'SELECT user AS value, user_fold AS fold FROM devices';
    const holders = distinct(connection, held, 'user_fold', prefix, of('devices.user_id'));
    const rows = 'SELECT name AS value, name_fold AS fold FROM users';
    const known = distinct(connection, rows, 'name_fold', prefix, of('users.id'));
    const all = new Map([...known, ...holders].map((candidate) => [fold(candidate.value), candidate]));
    return [...all]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, LIMIT)
      .map(([, candidate]) => candidate);
  },
  apikeys: (connection, prefix) =>
    distinct(connection, 'SELECT name AS value, name_fold AS fold FROM api_keys', 'name_fold', prefix),
  serials: (connection, prefix) =>
    distinct(
      connection,
      'SELECT device_serial AS value, device_serial AS fold, email FROM ds100',
      'device_serial',
      prefix,
      { note: ({ email }) => String(email ?? '') },
    ),
  settings: (connection, prefix) =>
    Array.from(readSettings(connection), ([key, value]) => ({
      value: key,
      note: SETTINGS[key as SettingKey].secret ? '[secret]' : String(value),
    })).filter(({ value }) => value.startsWith(prefix)),
};

function devicesByName(connection: Connection, prefix: string, scope: UsersWithin | undefined): Candidate[] {
  const select = 'SELECT name AS value, name_fold AS fold, type, user, status FROM devices';
  const within = andWithin(scope, 'devices.user_id');
  const note = (row: Row) => {
    const found = `SELECT 1 FROM devices WHERE name_fold = ?${within} LIMIT 2`;
    const same = connection.all(found, [String(row['fold']), ...(scope?.parameters ?? [])]);
    return same.length > 1 ? 'several devices' : describe(row);
  };
  return distinct(connection, select, 'name_fold', prefix, { scope, owner: 'devices.user_id', note });
}

/** The devices whose number begins with some digits: those numbers are a range for each length that they can have. */
function devicesById(connection: Connection, prefix: string, scope: UsersWithin | undefined): Candidate[] {
  if (!/^[1-9][0-9]{0,14}$/.test(prefix)) return [];
  const within = andWithin(scope, 'devices.user_id');
  const sql = `SELECT id, name, type, user, status FROM devices
    WHERE devices.id >= ? AND devices.id < ?${within} ORDER BY devices.id LIMIT ${LIMIT}`;
  const bound = scope?.parameters ?? [];
  const rows: Row[] = [];
  for (let size = 1n; size < 10n ** BigInt(16 - prefix.length) && rows.length < LIMIT; size *= 10n) {
    rows.push(...connection.all(sql, [BigInt(prefix) * size, (BigInt(prefix) + 1n) * size, ...bound]));
  }
  return rows.slice(0, LIMIT).map((row) => ({ value: String(row['id']), note: `${row['name']}: ${describe(row)}` }));
}

function describe({ type, user, status }: Row): string {
  return `${type} of ${user}, ${statusWord(status as DeviceStatus)}`;
}

interface Distinct {
  readonly scope?: UsersWithin | undefined;
  /** The user id of a row. */
  readonly owner?: string;
  note?(row: Row): string;
}

/**
 * Values whose fold begins like that of a prefix, each once. Every one is a step in the index, so that neither the size of
 * a table nor many rows with one value take time.
 */
function distinct(
  connection: Connection,
  select: string,
  column: string,
  prefix: string,
  { scope, owner = '', note }: Distinct = {},
): Candidate[] {
  const found: Candidate[] = [];
  const from = foldText(prefix);
  const within = andWithin(scope, owner);
  const bound = scope?.parameters ?? [];
  const next = `${select} WHERE ${column} > ? AND ${column} < ?${within} ORDER BY ${column} LIMIT 1`;
  let row = connection.get(next.replace('>', '>='), [from, from + LAST, ...bound]);
  while (row !== undefined && found.length < LIMIT) {
    found.push({ value: String(row['value']), ...(note && { note: note(row) }) });
    row = connection.get(next, [String(row['fold']), from + LAST, ...bound]);
  }
  return found;
}

/** What the runs of a store are of that were made in a scope; undefined for all of them. */
function scopedPlace(connection: Connection, scope: UsersWithin | undefined): string | undefined {
  return scope && placeWithin(`store ${connection.get('SELECT id FROM store')?.['id']}`, scope.text);
}

/** The newest runs whose number begins like that. */
function runs(connection: Connection, prefix: string, place: string | undefined): Candidate[] {
  if (!/^[0-9]*$/.test(prefix)) return [];
  const rows = connection.all(
    `SELECT id, command, state, started FROM runs WHERE place = coalesce(?, place) AND CAST(id AS TEXT) LIKE ? ORDER BY id DESC LIMIT ${LIMIT}`,
    [place ?? null, `${prefix}%`],
  );
  return rows.map(({ id, command, state }) => ({ value: String(id), note: `${command}, ${state}` }));
}
