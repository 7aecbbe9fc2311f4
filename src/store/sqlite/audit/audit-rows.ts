import { REPAIR, recordableTime } from '../../../domain/audit/audit.ts';
import {
  type ChainedEntry,
  type EntryProofs,
  type ErasedGroup,
  erasedIn,
  GROUPS,
  isThere,
  type ProvenEntry,
  proofMembers,
  proofsIn,
  SALT_DIGITS,
} from '../../../domain/audit/entry-proof.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { LAST_TIME } from '../../../domain/instant.ts';
import { hex } from '../../../domain/text/hex.ts';
import { objectIn } from '../../../domain/text/json-object.ts';
import { fold } from '../../../domain/user.ts';
import type { Connection, Parameters, Row } from '../connection/connection.ts';
import { instantOf } from '../connection/row-values.ts';

/** The columns of the first format. */
export const FIRST_COLUMNS = [
  'seq',
  'time',
  'actor',
  'action',
  'object',
  'result',
  'reason',
  'ticket',
  'device_id',
  'user',
  'user_fold',
  'mac',
] as const;

/** Those that came with the second, which is in none of the entries of the first. */
export const LATER_COLUMNS = ['chain', 'type', 'user_id', 'run', 'door', 'peer', 'client', 'salts', 'erased'] as const;

export const AUDIT_COLUMNS = [...FIRST_COLUMNS, ...LATER_COLUMNS];

/** An entry as the row that it is stored as, under its HMAC. */
export function storedValues(entry: ProvenEntry, mac: Uint8Array): Parameters {
  return [
    entry.seq,
    entry.time,
    entry.actor,
    entry.action,
    entry.object,
    entry.result,
    entry.reason ?? null,
    entry.ticket ?? null,
    entry.deviceId ?? null,
    entry.user ?? null,
    foldOf(entry),
    mac,
    entry.chain ?? null,
    entry.type ?? null,
    entry.userId ?? null,
    entry.run ?? null,
    entry.door ?? null,
    entry.peer ?? null,
    entry.client ?? null,
    saltsOf(entry.proofs),
    erasedOf(entry.proofs),
  ];
}

function foldOf({ user }: ProvenEntry): string | null {
  return user === undefined ? null : fold(user);
}

/** The salts of all groups, one behind the other. */
function saltsOf(proofs: EntryProofs | undefined): Uint8Array | null {
  if (proofs === undefined) return null;
  const { subject, actor, texts, network } = proofs;
  const salts = saltOf(subject) + saltOf(actor) + saltOf(texts) + saltOf(network);
  return salts === '' ? null : Buffer.from(salts, 'hex');
}

function saltOf(proof: string | ErasedGroup | undefined): string {
  return typeof proof === 'string' ? proof : '';
}

function erasedOf(proofs: EntryProofs | undefined): string | null {
  if (proofs === undefined || erasedIn(proofs).length === 0) return null;
  return JSON.stringify(proofMembers(proofs).erasures);
}

/** Of a row that is read: its fields can be set. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function chainedEntryOf(row: Row): ChainedEntry {
  const entry: Writable<ChainedEntry> = {
    seq: row['seq'] as number,
    time: recordableTime(instantOf(row['time'])),
    actor: row['actor'] as string,
    action: row['action'] as string,
    object: row['object'] as string,
    result: row['result'] as string,
    mac: row['mac'] as Uint8Array,
  };
  for (const [column, name] of FIRST_TEXTS) setText(entry, name, row[column]);
  // Entries of format 1 say no chain; a store of an older schema has no such column.
  if (typeof row['chain'] !== 'number') return entry;
  entry.chain = row['chain'];
  for (const [column, name] of LATER_TEXTS) setText(entry, name, row[column]);
  entry.proofs = proofsOf(entry, row['salts'], row['erased']);
  return entry;
}

type TextName = 'reason' | 'ticket' | 'deviceId' | 'user' | 'type' | 'userId' | 'run' | 'door' | 'peer' | 'client';

/** The texts that an entry may have, by their columns. */
const FIRST_TEXTS: readonly (readonly [column: string, name: TextName])[] = [
  ['reason', 'reason'],
  ['ticket', 'ticket'],
  ['device_id', 'deviceId'],
  ['user', 'user'],
];
const LATER_TEXTS: readonly (readonly [column: string, name: TextName])[] = [
  ['type', 'type'],
  ['user_id', 'userId'],
  ['run', 'run'],
  ['door', 'door'],
  ['peer', 'peer'],
  ['client', 'client'],
];

function setText(entry: Writable<ChainedEntry>, name: TextName, text: unknown): void {
  if (typeof text === 'string') entry[name] = text;
}

/** The salts of the groups that have texts, in the order of the groups, and what is left of those that were erased. */
function proofsOf(entry: ProvenEntry, column: unknown, erased: unknown): EntryProofs {
  const marks = typeof erased === 'string' ? (proofsIn({}, objectIn(erased)) ?? {}) : {};
  const salts = column instanceof Uint8Array ? hex(column) : '';
  const proofs: { -readonly [G in keyof EntryProofs]: EntryProofs[G] } = {};
  let at = 0;
  for (const group of GROUPS) {
    if (marks[group] !== undefined) proofs[group] = marks[group];
    else if (isThere(entry, group)) {
      proofs[group] = salts.slice(at, at + SALT_DIGITS);
      at += SALT_DIGITS;
    }
  }
  return proofs;
}

/** Whether a row is, column by column, what the entry that it is read as is stored as. */
export function isAsStored(row: Row, entry: ChainedEntry): boolean {
  const values = storedValues(entry, entry.mac);
  return AUDIT_COLUMNS.every((column, at) => isSame(row[column] ?? null, values[at] ?? null));
}

/** Whether an entry is filed under the user that it names. */
export function isFiled(row: Row, entry: ChainedEntry): boolean {
  return row['user_fold'] === foldOf(entry);
}

function isSame(a: unknown, b: unknown): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
}

/** The columns that the log of a store has: one of an older schema lacks the later ones. */
export function columnsOf(connection: Connection): readonly string[] {
  const there = connection.all("SELECT name FROM pragma_table_info('audit')").map(({ name }) => name);
  return AUDIT_COLUMNS.filter((column) => there.includes(column));
}

/** Those columns of an entry that may be broken: a number that cannot be read is read as the nearest that can. */
export function readableColumns(connection: Connection): string {
  const bounds: Readonly<Record<string, number>> = { time: LAST_TIME, chain: Number.MAX_SAFE_INTEGER };
  const readable = (column: string) =>
    bounds[column] === undefined ? column : `max(0, min(${column}, ${bounds[column]})) AS ${column}`;
  return columnsOf(connection).map(readable).join(', ');
}

/**
 * The entries that a query finds; `sql` is given the columns. Errors: `store-damaged` for an entry that cannot be read. In
 * a log that was repaired such entries are known, and are shown as far as they can be.
 */
export function entriesOf(
  connection: Connection,
  sql: (columns: string) => string,
  parameters: Parameters,
): readonly ChainedEntry[] {
  try {
    return connection.all(sql('*'), parameters).map(chainedEntryOf);
  } catch (error) {
    if (!(error instanceof OtpctlError) || error.code !== 'store-damaged' || !hasSeals(connection)) throw error;
    return connection.all(sql(readableColumns(connection)), parameters).map(chainedEntryOf);
  }
}

/** Whether the log was ever repaired: then an entry says what was broken, and seals it. */
export function hasSeals(connection: Connection): boolean {
  return connection.get('SELECT 1 FROM audit WHERE action = ? LIMIT 1', [REPAIR]) !== undefined;
}
