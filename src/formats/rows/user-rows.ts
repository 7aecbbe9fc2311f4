import { invalid, OtpctlError } from '../../domain/errors.ts';
import { isObject } from '../../domain/text/json-object.ts';
import { JsonProblem, parseJson } from '../../domain/text/strict-json.ts';
import { attributeName, groupNames, type UserPatch, userAttribute, userName } from '../../domain/user.ts';
import { type Columns, columnKey, type Row, shownHeading } from './row.ts';
import { cellOf, readRows } from './rows.ts';

/** A row of a file of users: what it sets, or what is wrong with it. */
export interface UserRow {
  readonly line: number;
  /** The row as it stands in the file. */
  readonly text: string;
  readonly patch?: UserPatch;
  readonly problem?: string;
}

export interface UserRows {
  readonly rows: readonly UserRow[];
  readonly header?: string;
}

/** Reads users and their attributes. Errors: `invalid-value` for a file that is no table, or names no user. */
export async function readUsers(text: string, what: string): Promise<UserRows> {
  if (text.trim() === '') throw invalid(`${what} is empty`, 'its first line names the columns');
  return readRows(text, what, COLUMNS, (row): UserRow => {
    const { line, text: raw } = row;
    try {
      if (row.problem !== undefined) return { line, text: raw, problem: row.problem };
      return { line, text: raw, patch: patchOf(row) };
    } catch (error) {
      if (error instanceof OtpctlError) return { line, text: raw, problem: error.message };
      throw error;
    }
  });
}

/** Rows as a file again, in the format that they came in; of an array each on a line. */
export function writeUsers({ header }: UserRows, rows: readonly UserRow[]): string {
  return [...(header === undefined ? [] : [header]), ...rows.map(({ text }) => text)]
    .map((line) => `${line}\n`)
    .join('');
}

/** Columns by other names than their own; all others are attributes, by their headings. */
const KNOWN: Readonly<Record<string, string>> = {
  name: 'name',
  user: 'name',
  username: 'name',
  fullname: 'fullName',
  mail: 'mail',
  phone: 'phone',
  attributes: 'attributes',
  active: 'active',
  groups: 'groups',
};

/** Columns that are no attributes. */
const NO_ATTRIBUTE = ['name', 'attributes', 'active', 'groups'];

/** What `user list` writes beside the attributes and only a store can say. In a file without those it is an attribute. */
const OWN = ['id', 'enrolledSince', 'created', 'modified'];

const COLUMNS: Columns = {
  nameOf(heading) {
    const key = columnKey(heading);
    return Object.hasOwn(KNOWN, key) ? KNOWN[key] : heading;
  },
  check(names, { where, note }) {
    if (!names.includes('name')) {
      throw invalid(`${where} has no column "name" (${note})`, 'the column "name", or "user", names the user');
    }
    for (const name of names) if (!NO_ATTRIBUTE.includes(name)) refuseAttribute(name, where, note);
  },
};

function refuseAttribute(name: string, where: string, note: string | undefined): void {
  try {
    attributeName(name);
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    throw invalid(`the heading of ${where}: ${error.message} (${note})`, error.hint);
  }
}

/** What a row sets: of every column that has something, and of the attributes as `user list` writes them. */
function patchOf(row: Row): UserPatch {
  if (!row.cells.has('name')) throw invalid('it names no user: there is no column "name"');
  const attributes = new Map<string, string>();
  const add = (key: string, value: string) => {
    const [name, kept] = userAttribute(key, value);
    if (attributes.has(name)) throw invalid(`the attribute ${name} is there twice`);
    attributes.set(name, kept);
  };
  for (const key of row.cells.keys()) {
    if (NO_ATTRIBUTE.includes(key) || (OWN.includes(key) && row.cells.has('attributes'))) continue;
    const value = cellOf(row, key);
    if (value !== undefined) add(key, value);
  }
  for (const [name, value] of listedAttributes(row)) add(name, value);
  const [active, groups] = [activeIn(row), groupsIn(row)];
  return {
    name: userName(cellOf(row, 'name') ?? ''),
    attributes: Object.fromEntries(attributes),
    ...(active !== undefined && { active }),
    ...(groups !== undefined && { groups }),
  };
}

/** As JSON and as spreadsheets write it. */
function activeIn(row: Row): boolean | undefined {
  const word = cellOf(row, 'active')?.trim().toLowerCase();
  if (word === undefined) return undefined;
  if (word === 'true' || word === 'false') return word === 'true';
  throw invalid('the column "active" is neither true nor false');
}

/** All groups of a list, or of a text with semicolons between them. */
function groupsIn({ cells }: Row): readonly string[] | undefined {
  const cell = cells.get('groups');
  if (cell === undefined || cell === '') return undefined;
  if (typeof cell === 'string') return groupNames(cell.split(';').filter((name) => name.trim() !== ''));
  if (!Array.isArray(cell) || !cell.every((name) => typeof name === 'string')) {
    throw invalid('the column "groups" holds no list of names');
  }
  return groupNames(cell);
}

/** The column `attributes`: an object, also as the text of one. */
function listedAttributes({ cells }: Row): [name: string, value: string][] {
  const cell = cells.get('attributes');
  const value = typeof cell === 'string' && cell !== '' ? jsonIn(cell) : (cell ?? {});
  if (!isObject(value)) throw invalid(NO_ATTRIBUTES);
  return Object.entries(value).map(([name, text]) => {
    if (typeof text !== 'string') throw invalid(`the attribute ${shownHeading(name)} is no text`);
    return [name, text];
  });
}

const NO_ATTRIBUTES = 'the column "attributes" holds no JSON object, as user list writes it';

function jsonIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw invalid(error.message === 'is not JSON' ? NO_ATTRIBUTES : `the column "attributes" ${error.message}`);
  }
}
