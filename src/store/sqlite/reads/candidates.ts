import { statSync } from 'node:fs';
import type { DeviceStatus } from '../../../domain/device/device.ts';
import { statusWord } from '../../../domain/device/device.ts';
import { SETTINGS, type SettingKey } from '../../../domain/settings/setting-rules.ts';
import { fold, foldText } from '../../../domain/user.ts';
import type { Candidate, CandidateKind } from '../../../ports/store/candidates.ts';
import { type Connection, openConnection, type Row } from '../connection/connection.ts';
import { isUnwritable } from '../open-store.ts';
import { readSettings } from '../rows/setting-rows.ts';
import { schemaDifferences, schemaOf } from '../schema/check-schema.ts';
import { MIGRATIONS, RUN_TABLES } from '../schema/migrations.ts';

/** More than a screen shows is not read. */
const LIMIT = 100;
/** Milliseconds that a busy store is waited for: somebody has pressed a key. */
const TIMEOUT = 40;
/** Greater than every character that can follow a prefix. */
const LAST = '\u{10ffff}';

/** What begins like a prefix: in a store; with `place`, of the runs on that place in a file of runs. Nothing is written. */
export function readCandidates(path: string, kind: CandidateKind, prefix: string, place?: string): Candidate[] {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return [];
  const connection = openConnection(path, {
    timeout: TIMEOUT,
    readOnly: true,
    ...(isUnwritable(path) && { unwritable: true }),
  });
  try {
    const steps = place === undefined ? MIGRATIONS.slice(0, schemaOf(connection)) : [RUN_TABLES];
    if (schemaDifferences(connection, steps).length > 0) return [];
    if (kind === 'runs') return runs(connection, prefix, place);
    return place === undefined ? (READERS[kind]?.(connection, prefix) ?? []) : [];
  } finally {
    connection.close();
  }
}

const READERS: Partial<Record<CandidateKind, (connection: Connection, prefix: string) => Candidate[]>> = {
  devices: (connection, prefix) => [...devicesById(connection, prefix), ...devicesByName(connection, prefix)],
  users: (connection, prefix) => {
    const holders = distinct(connection, 'SELECT user AS value, user_fold AS fold FROM devices', 'user_fold', prefix);
    const known = distinct(connection, 'SELECT name AS value, name_fold AS fold FROM users', 'name_fold', prefix);
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
      ({ email }) => String(email ?? ''),
    ),
  settings: (connection, prefix) =>
    Array.from(readSettings(connection), ([key, value]) => ({
      value: key,
      note: SETTINGS[key as SettingKey].secret ? '[secret]' : String(value),
    })).filter(({ value }) => value.startsWith(prefix)),
};

function devicesByName(connection: Connection, prefix: string): Candidate[] {
  const select = 'SELECT name AS value, name_fold AS fold, type, user, status FROM devices';
  return distinct(connection, select, 'name_fold', prefix, (row) => {
    const same = connection.all('SELECT 1 FROM devices WHERE name_fold = ? LIMIT 2', [String(row['fold'])]);
    return same.length > 1 ? 'several devices' : describe(row);
  });
}

/** The devices whose number begins with some digits: those numbers are a range for each length that they can have. */
function devicesById(connection: Connection, prefix: string): Candidate[] {
  if (!/^[1-9][0-9]{0,14}$/.test(prefix)) return [];
  const sql = `SELECT id, name, type, user, status FROM devices WHERE id >= ? AND id < ? ORDER BY id LIMIT ${LIMIT}`;
  const rows: Row[] = [];
  for (let size = 1n; size < 10n ** BigInt(16 - prefix.length) && rows.length < LIMIT; size *= 10n) {
    rows.push(...connection.all(sql, [BigInt(prefix) * size, (BigInt(prefix) + 1n) * size]));
  }
  return rows.slice(0, LIMIT).map((row) => ({ value: String(row['id']), note: `${row['name']}: ${describe(row)}` }));
}

function describe({ type, user, status }: Row): string {
  return `${type} of ${user}, ${statusWord(status as DeviceStatus)}`;
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
  note?: (row: Row) => string,
): Candidate[] {
  const found: Candidate[] = [];
  const from = foldText(prefix);
  const next = `${select} WHERE ${column} > ? AND ${column} < ? ORDER BY ${column} LIMIT 1`;
  let row = connection.get(next.replace('>', '>='), [from, from + LAST]);
  while (row !== undefined && found.length < LIMIT) {
    found.push({ value: String(row['value']), ...(note && { note: note(row) }) });
    row = connection.get(next, [String(row['fold']), from + LAST]);
  }
  return found;
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
