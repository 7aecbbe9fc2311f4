import { CsvError, parse } from 'csv-parse/sync';
import { invalid, type OtpctlError } from '../../domain/errors.ts';
import { readCell } from '../../domain/text/csv-cell.ts';
import { type CsvLayout, separatorNote, separatorsOf } from './csv-separator.ts';
import { type Columns, type ReadRow, type Row, shownHeading, twiceIn } from './row.ts';
import type { Rows } from './rows.ts';
import { CSV_LIMITS, refuseWideCsv, tooLong } from './table-limits.ts';

interface CsvOptions {
  readonly columns: Columns;
  readonly layout: CsvLayout;
}

/** Reads CSV (RFC 4180) with a heading. Lines without a text in any cell are no rows. Errors: `invalid-value`. */
export function readCsv<T>(text: string, what: string, { columns, layout }: CsvOptions, read: ReadRow<T>): Rows<T> {
  const delimiter = separatorsOf(layout);
  refuseWideCsv(text, what, delimiter);
  const bytes = Buffer.from(text.slice(layout.from));
  const where = createPlaces(bytes, text.slice(0, layout.from));
  const rows: T[] = [];
  let heading: Heading | undefined;
  try {
    parse(bytes, {
      ...CSV_LIMITS,
      delimiter: [...delimiter],
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record(cells: readonly string[], { bytes: end }) {
        const { line, from } = where.to(end);
        if (cells.every((cell) => cell === '')) return;
        if (heading === undefined) {
          heading = { ...headingOf(cells, what, columns, layout), end };
          return;
        }
        const made = read({
          line,
          where: `line ${line} of ${what}`,
          ...cellsOf(cells, heading),
          get text() {
            return textOf(bytes, from, end);
          },
        });
        if (made !== undefined) rows.push(made);
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw broken(error, `line ${where.next()} of ${what}`, separatorNote(layout));
  }
  const header = text.slice(0, layout.from) + textOf(bytes, 0, heading?.end ?? 0);
  return { rows, header: header.trimStart() };
}

interface Heading {
  /** What each column is called; undefined for one that is passed over. */
  readonly names: readonly (string | undefined)[];
  /** The columns without a heading, as spreadsheets write them behind the others. */
  readonly nameless: readonly number[];
  readonly note: string;
  /** Where it ends. */
  readonly end: number;
}

function headingOf(
  headings: readonly string[],
  what: string,
  columns: Columns,
  layout: CsvLayout,
): Omit<Heading, 'end'> {
  const note = separatorNote(layout);
  const place = { where: what, note };
  const names = headings.map((heading) => (heading === '' ? undefined : columns.nameOf(heading, place)));
  const twice = twiceIn(names, headings);
  if (twice !== undefined) {
    throw invalid(`the column ${twice.heading} is there twice in ${what}${twice.as}`, 'leave out one of them');
  }
  columns.check?.(
    names.filter((name) => name !== undefined),
    place,
  );
  return { names, nameless: headings.flatMap((heading, at) => (heading === '' ? [at] : [])), note };
}

function cellsOf(given: readonly string[], { names, nameless, note }: Heading): Pick<Row, 'cells' | 'problem'> {
  const cells = new Map<string, string>();
  if (given.length !== names.length) {
    const many = `${given.length} ${given.length === 1 ? 'cell' : 'cells'}`;
    return { cells, problem: `has ${many}, and the heading has ${names.length} (${note})` };
  }
  const stray = nameless.find((at) => given[at] !== '');
  if (stray !== undefined) {
    return { cells, problem: `has ${shownHeading(given[stray] ?? '')} in a column without a heading (${note})` };
  }
  for (const [at, name] of names.entries()) if (name !== undefined) cells.set(name, readCell(given[at] ?? ''));
  return { cells };
}

const [TAB, LF, CR, SPACE] = [0x09, 0x0a, 0x0d, 0x20];

/** Where rows stand, one after another: the parser says no more than where each ends. */
function createPlaces(bytes: Buffer, before: string) {
  let [line, at] = [1 + (before.match(/\r\n?|\n/g)?.length ?? 0), 0];
  const isLineEnd = (place: number) => bytes[place] === LF || (bytes[place] === CR && bytes[place + 1] !== LF);
  /** Goes over lines with nothing on them. */
  const skip = () => {
    for (let place = at; place < bytes.length; place++) {
      const byte = bytes[place];
      if (byte !== SPACE && byte !== TAB && byte !== CR && byte !== LF) return;
      if (isLineEnd(place)) [line, at] = [line + 1, place + 1];
    }
  };
  return {
    /** Where the row begins that ends there. */
    to(end: number): { readonly line: number; readonly from: number } {
      skip();
      const found = { line, from: at };
      for (; at < end; at++) if (isLineEnd(at)) line += 1;
      return found;
    },
    /** The line on which the next row begins. */
    next(): number {
      skip();
      return line;
    },
  };
}

function textOf(bytes: Buffer, from: number, end: number): string {
  return bytes.toString('utf8', from, end).replace(/(?:\r\n|[\r\n])$/, '');
}

/** What the parser refuses, in our words: where the row begins is where to look. */
function broken({ code }: CsvError, where: string, note: string): OtpctlError {
  if (code === 'CSV_MAX_RECORD_SIZE') return tooLong(where);
  if (code === 'CSV_QUOTE_NOT_CLOSED') return invalid(`${where} is not CSV: a quote is not closed (${note})`, QUOTES);
  return invalid(`${where} is not CSV: a quote is in the middle of a cell (${note})`, QUOTES);
}

const QUOTES = 'a cell with quotes in it is in quotes itself, and they are doubled:  "a ""b"" c"';
