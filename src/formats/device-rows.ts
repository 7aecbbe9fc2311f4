import { parse } from 'csv-parse/sync';
import { readCell } from '../domain/csv-cell.ts';
import { invalid, OtpctlError } from '../domain/errors.ts';
import { JsonProblem, parseJson } from '../domain/strict-json.ts';
import { CSV_LIMITS, refuseColumns, refuseLongLine, refuseManyRows, refuseWideCsv } from './table-limits.ts';

/** A row of a file: its values by the names of their columns, and where it stands. */
export interface FileRow {
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}

/** Refuses the columns that the heading of a CSV file names: also where no row follows. */
type CheckColumns = (columns: readonly string[]) => void;

/** Reads JSON lines, a JSON array, or CSV with a heading. Errors: `invalid-value`, with the line. */
export function readRows(text: string, what: string, check: CheckColumns): readonly FileRow[] {
  const content = text.replace(/^\ufeff/, '');
  refuseManyRows(content, what, 'rows');
  if (/^\s*\[/.test(content)) return readArray(content, what);
  if (/^\s*\{/.test(content)) return readLines(content, what);
  return readCsv(content, what, check);
}

/** Reads ids: one a line, or the `id` of the rows of a file. Errors: `invalid-value`. */
export function readIds(text: string, what: string): readonly string[] {
  refuseManyRows(text, what, 'ids');
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const plain = lines.map((line) => line.trim()).filter((line) => line !== '');
  if (plain.every((line) => /^[0-9]+$/.test(line))) return plain;
  const check = (columns: readonly string[]) => {
    if (!columns.includes('id')) throw invalid(`${what} has no column "id"`, FORMS);
  };
  return readRows(text, what, check).map(({ line, values: { id } }) => {
    if (id === undefined || id === '') throw invalid(`line ${line} of ${what} has no id`, FORMS);
    return id;
  });
}

const FORMS = 'write an id a line, CSV with an id column, or JSON lines with an id';

function readCsv(text: string, what: string, check: CheckColumns): FileRow[] {
  refuseWideCsv(text, what);
  const columns = (named: string[]) => {
    refuseColumns(named, what);
    check(named);
    return named;
  };
  try {
    const records = parse(text, {
      ...CSV_LIMITS,
      columns,
      skip_empty_lines: true,
      trim: true,
      info: true,
    }) as unknown as {
      record: Record<string, string>;
      info: { lines: number };
    }[];
    return records.map(({ record, info }) => ({ line: info.lines, values: cells(record) }));
  } catch (error) {
    if (error instanceof OtpctlError) throw error;
    throw invalid(`${what} is not CSV: ${(error as Error).message}`, 'the first line names the columns');
  }
}

function cells(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, cell]) => [key, readCell(cell)]));
}

function readLines(text: string, what: string): FileRow[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const where = `line ${at + 1} of ${what}`;
    refuseLongLine(line, where);
    return [{ line: at + 1, values: valuesOf(jsonOf(line, where), where) }];
  });
}

function readArray(text: string, what: string): FileRow[] {
  const array = jsonOf(text, what);
  if (!Array.isArray(array)) throw invalid(`${what} is no array`);
  return array.map((each, at) => ({ line: at + 1, values: valuesOf(each, `entry ${at + 1} of ${what}`) }));
}

function jsonOf(text: string, what: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonProblem) throw invalid(`${what} ${error.message}`);
    throw error;
  }
}

function valuesOf(value: unknown, what: string): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${what} is no JSON object`);
  const given = Object.entries(value).filter(([, each]) => each !== null);
  for (const [key, each] of given) {
    if (typeof each === 'object') throw invalid(`"${key}" in ${what} is neither a text nor a number`);
    // Beyond these a number is no longer the one that was written.
    if (typeof each === 'number' && !Number.isSafeInteger(each)) throw invalid(`"${key}" in ${what} must be a text`);
  }
  return Object.fromEntries(given.map(([key, each]) => [key, String(each)]));
}
