import type { Columns, ReadRow, Row } from './row.ts';
import { refuseLongLine } from './table-limits.ts';
import { textLines } from './text-lines.ts';

/** Reads a cell a line, in quotes or not; undefined when the first line is a heading. */
export function readBareRows<T>(
  text: string,
  what: string,
  { bare, isBare }: Columns,
  read: ReadRow<T>,
): readonly T[] | undefined {
  if (bare === undefined) return undefined;
  const rows: T[] = [];
  let isFirst = true;
  for (const { number, content } of textLines(text)) {
    const where = `line ${number} of ${what}`;
    refuseLongLine(content, where);
    const cell = cellOn(content);
    if (isFirst && cell !== undefined && isBare?.(cell) === false) return undefined;
    isFirst = false;
    const row: Row = { line: number, where, text: content, cells: new Map(), isBare: true };
    const made = read(cell === undefined ? { ...row, problem: SEVERAL } : { ...row, cells: new Map([[bare, cell]]) });
    if (made !== undefined) rows.push(made);
  }
  return rows;
}

const SEVERAL = 'has several cells, and the first line has one';

/** The one cell of a line; undefined when it has more. */
function cellOn(line: string): string | undefined {
  const text = line.trim();
  if (/^"(?:[^"]|"")*"$/.test(text)) return text.slice(1, -1).replaceAll('""', '"');
  return /[,;\t]/.test(text) || text.startsWith('"') ? undefined : text;
}
