import { CsvError, parse } from 'csv-parse/sync';
import { readCell } from '../domain/csv-cell.ts';
import { invalid } from '../domain/errors.ts';
import { JsonProblem, parseJson } from '../domain/strict-json.ts';
import { CSV_LIMITS, refuseColumns, refuseLongLine, refuseManyRows, refuseWideCsv } from './table-limits.ts';

type RowFormat = 'csv' | 'jsonl';

/** One row of a file, as texts by column. A broken one has only what is wrong with it. */
export interface FileRow {
  /** The line that it begins on, counted from 1. */
  readonly line: number;
  /** The row as it stands in the file, to be written back. */
  readonly text: string;
  readonly cells: Readonly<Record<string, string>>;
  readonly problem?: string;
}

export interface FileRows {
  readonly format: RowFormat;
  /** CSV: the first line, which names the columns. */
  readonly header?: string;
  readonly rows: readonly FileRow[];
}

/** Reads rows from CSV with a header, or from JSON objects, one a line. Errors: `invalid-value` for a file that is neither. */
export function readRows(text: string): FileRows {
  const content = text.replace(/^\ufeff/, '');
  refuseManyRows(content, 'the file', 'rows');
  return /^\s*\{/.test(content) ? readJsonLines(content) : readCsv(content);
}

function readJsonLines(text: string): FileRows {
  const rows = text.split(/\r?\n/).flatMap((line, at): FileRow[] => {
    if (line.trim() === '') return [];
    refuseLongLine(line, `line ${at + 1}`);
    const row = { line: at + 1, text: line };
    const object = parsedObject(line);
    if (typeof object === 'string') return [{ ...row, cells: {}, problem: object }];
    const entries = Object.entries(object);
    const wrong = entries.find(
      ([, value]) => value !== null && !['string', 'number', 'boolean'].includes(typeof value),
    );
    if (wrong !== undefined) return [{ ...row, cells: {}, problem: `"${wrong[0]}" is not a text` }];
    return [{ ...row, cells: cellsOf(entries.map(([key, value]) => [key, value === null ? '' : String(value)])) }];
  });
  return { format: 'jsonl', rows };
}

/** The object on a line, or what is wrong with it. */
function parsedObject(line: string): object | string {
  try {
    const value = parseJson(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : NO_OBJECT;
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    return error.message === 'is not JSON' ? NO_OBJECT : error.message;
  }
}

const NO_OBJECT = 'is no JSON object';

interface RawRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

function readCsv(text: string): FileRows {
  refuseWideCsv(text, 'the file');
  let records: readonly RawRecord[];
  try {
    records = parse(text, {
      ...CSV_LIMITS,
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as RawRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(`the CSV cannot be read: ${error.message}`, 'quotes inside a quoted cell are doubled');
  }
  const [head, ...rest] = records;
  if (head === undefined) throw invalid('the file is empty', 'its first line names the columns');
  const columns = head.record.map((name) => name.trim());
  refuseColumns(columns, 'the file');
  const rows = rest.map(({ record, raw, info }): FileRow => {
    const body = raw.replace(/^(?:[ \t]*\r?\n)+/, '').replace(/\r?\n$/, '');
    // The parser tells the line that a record ends on.
    const row = { line: info.lines - (body.match(/\n/g)?.length ?? 0), text: body };
    if (record.length !== columns.length) {
      return { ...row, cells: {}, problem: `has ${record.length} cells, and there are ${columns.length} columns` };
    }
    return { ...row, cells: cellsOf(record.map((cell, at) => [columns[at] ?? '', readCell(cell)])) };
  });
  return { format: 'csv', header: head.raw.replace(/\r?\n$/, ''), rows };
}

/** Without a prototype: a column may have any name. */
function cellsOf(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const cells: Record<string, string> = Object.create(null);
  for (const [key, value] of entries) cells[key] = value;
  return cells;
}

/** Rows as a file again, in the format that they came in. */
export function writeRows({ header }: FileRows, rows: readonly FileRow[]): string {
  return [...(header === undefined ? [] : [header]), ...rows.map(({ text }) => text)]
    .map((line) => `${line}\n`)
    .join('');
}
