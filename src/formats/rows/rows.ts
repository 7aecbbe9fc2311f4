import { invalid } from '../../domain/errors.ts';
import { readBareRows } from './bare-rows.ts';
import { layoutOf } from './csv-separator.ts';
import { readJsonArray, readJsonLines } from './json-rows.ts';
import { type Columns, columnKey, type ReadRow, type Row } from './row.ts';
import { refuseManyRows } from './table-limits.ts';

/** The rows of a file, and what stands before the first of them. */
export interface Rows<T> {
  readonly rows: readonly T[];
  /** CSV: the heading as it stands there, to be written back. */
  readonly header?: string;
}

/**
 * Reads the rows of a text: CSV with a heading, JSON lines, a JSON array, or where `columns` has a bare one a cell a
 * line. It is seen by its beginning which of them it is. Errors: `invalid-value`, with the line.
 */
export async function readRows<T>(text: string, what: string, columns: Columns, read: ReadRow<T>): Promise<Rows<T>> {
  refuseManyRows(text, what, columns.kind ?? 'rows');
  const [start = ''] = /\S/.exec(text) ?? [];
  if (start === '') return { rows: [] };
  if (start === '[') return { rows: readJsonArray(text, what, columns, read) };
  if (start === '{') return { rows: readJsonLines(text, what, columns, read) };
  const layout = layoutOf(text, what);
  const bare =
    layout.separator === undefined && layout.from === 0 ? readBareRows(text, what, columns, read) : undefined;
  if (bare !== undefined) return { rows: bare };
  const { readCsv } = await import('./csv-rows.ts');
  return readCsv(text, what, { columns, layout }, read);
}

/** The text of a column; undefined where it is missing or empty. Errors: `invalid-value` for a broken row. */
export function cellOf({ where, cells, problem }: Row, name: string): string | undefined {
  if (problem !== undefined) throw invalid(`${where} ${problem}`);
  const cell = cells.get(name);
  if (typeof cell === 'object') throw invalid(`"${name}" of ${where} is neither a text nor a number`);
  return cell === '' ? undefined : cell;
}

/** Columns of which some are read and the rest is passed over, whatever it is. `names` are what they are compared by. */
export function someColumns(names: Readonly<Record<string, string>>): Columns {
  return {
    nameOf(heading) {
      const key = columnKey(heading);
      return Object.hasOwn(names, key) ? names[key] : undefined;
    },
  };
}
