import { counted } from '../domain/counted.ts';
import { DS100_STATUSES, type Ds100Serial, type Ds100Status, ds100Serial } from '../domain/ds100.ts';
import { invalid, OtpctlError } from '../domain/errors.ts';
import { hasControlCharacters } from '../domain/printable.ts';
import { JsonProblem, parseJson } from '../domain/strict-json.ts';
import { CSV_LIMITS, refuseColumns, refuseLongLine, refuseManyRows, refuseWideCsv } from './table-limits.ts';

/** One DS100 that a file names. */
export interface SerialRow {
  /** Counted from 1; in a JSON array the place in it. */
  readonly line: number;
  readonly serial: Ds100Serial;
  /** Who must hold it. */
  readonly userId?: string;
}

/** One DS100 that a file registers. */
export interface RegistrationRow {
  readonly line: number;
  readonly deviceSerialNumber: string;
  readonly tokenSerialNumber: string;
  readonly userId: string;
  readonly name?: string;
  readonly email?: string;
  readonly tokenStatus?: Ds100Status;
}

/** Fields by their names in lower case and without separators. */
interface FieldRow {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Rows of serial numbers from CSV with a heading, JSON, JSONL, or one number a line. Errors: `invalid-value` that names the lines.
 */
export async function readSerialRows(text: string): Promise<readonly SerialRow[]> {
  return eachRow(await fieldRows(text), ({ line, fields }) => {
    const serial = fields['deviceserialnumber'] ?? fields['serial'] ?? fields['id'] ?? fields['tokenserialnumber'];
    if (serial === undefined) throw invalid('no serial number: name its column deviceSerialNumber, or serial');
    const userId = fields['userid'];
    return { line, serial: ds100Serial(serial), ...(userId !== undefined && { userId }) };
  });
}

/** Rows of devices to register, from CSV with a heading, JSON or JSONL. Errors: as above. */
export async function readRegistrationRows(text: string): Promise<readonly RegistrationRow[]> {
  return eachRow(await fieldRows(text), ({ line, fields }) => {
    const { name, userid: userId } = fields;
    const email = fields['email'] ?? fields['user'];
    const odd = [name, userId, email].find((each) => each !== undefined && hasControlCharacters(each));
    if (odd !== undefined) throw invalid('a name, a user or an address contains control characters');
    if (userId === undefined) throw invalid('no userId');
    const status = fields['tokenstatus'];
    const tokenStatus = DS100_STATUSES.find((known) => known.toLowerCase() === status?.toLowerCase());
    if (status !== undefined && tokenStatus === undefined) throw invalid(`"${status}" is not Enabled or Disabled`);
    return {
      line,
      deviceSerialNumber: serialOf(fields['deviceserialnumber'] ?? fields['serial'], 'device'),
      tokenSerialNumber: serialOf(fields['tokenserialnumber'], 'token'),
      userId,
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email }),
      ...(tokenStatus !== undefined && { tokenStatus }),
    };
  });
}

function serialOf(text: string | undefined, kind: Ds100Serial['kind']): string {
  if (text === undefined) throw invalid(`no ${kind}SerialNumber`);
  const serial = ds100Serial(text);
  if (serial.kind !== kind) throw invalid(`"${text}" is the serial number of a ${serial.kind}`);
  return serial.digits;
}

/** Lines that an error names. */
const NAMED = 5;

function eachRow<T>(rows: readonly FieldRow[], read: (row: FieldRow) => T): readonly T[] {
  const wrong: string[] = [];
  const good: T[] = [];
  for (const row of rows) {
    try {
      good.push(read(row));
    } catch (error) {
      if (!(error instanceof OtpctlError)) throw error;
      wrong.push(`line ${row.line}: ${error.message}`);
    }
  }
  if (wrong.length === 0) return good;
  const more = wrong.length > NAMED ? `\nand ${counted(wrong.length - NAMED, 'more line')}` : '';
  throw invalid(`the file cannot be read, and nothing was changed\n${wrong.slice(0, NAMED).join('\n')}${more}`);
}

async function fieldRows(given: string): Promise<readonly FieldRow[]> {
  const text = given.replace(/^\ufeff/, '');
  refuseManyRows(text, 'the file', 'rows');
  const start = text.trimStart();
  if (start === '') return [];
  if (start.startsWith('[')) return jsonRows(text);
  if (start.startsWith('{')) return linesOf(text).map(([line, content]) => fieldsOf(line, jsonOf(content, line)));
  if (/^\s*"?\d+"?\s*(?:\r?\n|$)/.test(text)) {
    return linesOf(text).map(([line, content]) => ({ line, fields: { serial: content.replace(/^"(.*)"$/, '$1') } }));
  }
  return csvRows(text);
}

function linesOf(text: string): [line: number, content: string][] {
  return text
    .split(/\r?\n/)
    .map((content, at): [number, string] => [at + 1, content.trim()])
    .filter(([, content]) => content !== '');
}

function jsonRows(text: string): readonly FieldRow[] {
  const value = jsonOf(text, undefined);
  return (value as unknown[]).map((each, at) => fieldsOf(at + 1, each));
}

function jsonOf(text: string, line: number | undefined): unknown {
  try {
    if (line !== undefined) refuseLongLine(text, `line ${line}`);
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonProblem)
      throw invalid(`${line === undefined ? 'the file' : `line ${line}`} ${error.message}`);
    throw error;
  }
}

async function csvRows(text: string): Promise<readonly FieldRow[]> {
  refuseWideCsv(text, 'the file');
  const { parse } = await import('csv-parse/sync');
  let parsed: { record: Record<string, string>; info: { lines: number } }[];
  try {
    parsed = parse(text, {
      ...CSV_LIMITS,
      columns(named: string[]) {
        refuseColumns(named, 'the file');
        return named;
      },
      delimiter: [',', ';', '\t'],
      info: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    if (error instanceof OtpctlError) throw error;
    throw invalid(`the file is not CSV with a heading: ${(error as Error).message.replace(/\.$/, '')}`);
  }
  return parsed.map(({ record, info }) => fieldsOf(info.lines, record));
}

function fieldsOf(line: number, value: unknown): FieldRow {
  if (typeof value !== 'object' || value === null) throw invalid(`line ${line} is not an object`);
  const fields: Record<string, string> = Object.create(null);
  for (const [key, field] of Object.entries(value)) {
    // What has parts of its own is no field of ours.
    const text = field === null || typeof field === 'object' ? '' : String(field).trim();
    if (text === '') continue;
    const name = key.toLowerCase().replaceAll(/[^a-z]/g, '');
    if (name !== '' && name in fields) throw invalid(`line ${line} has "${key}" twice`);
    fields[name] = text;
  }
  return { line, fields };
}
