import Table from 'cli-table3';
import { printable } from '../domain/printable.ts';
import type { Paint } from './paint.ts';
import type { Column } from './view.ts';

/** Rows that are laid out at once: the library's time grows with their square. */
const PIECE = 200;

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Lays out rows under a heading, in pieces; nothing is cut. */
export function tableText<T>(items: readonly T[], columns: readonly Column<T>[], paint: Paint): string {
  const heading = columns.map(({ title }) => paint.strong(title.toUpperCase()));
  const rows = items.map((item) => columns.map((column) => cellOf(item, column, paint)));
  const pieces: string[] = [];
  for (let at = 0; at === 0 || at < rows.length; at += PIECE) {
    const table = new Table({
      chars: NO_BORDERS,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    table.push(heading, ...rows.slice(at, at + PIECE));
    pieces.push(withoutTrailingSpace(table.toString()));
  }
  return pieces.join('');
}

/** One thing, a line for each of its columns that has a value. */
export function cardText<T>(item: T, columns: readonly Column<T>[], paint: Paint): string {
  const shown = columns.filter((column) => column.value(item) !== undefined);
  const width = Math.max(...shown.map(({ title }) => title.length));
  const lines = shown.map((column) => `${paint.faint(column.title.padEnd(width))}  ${cellOf(item, column, paint)}\n`);
  return lines.join('');
}

function cellOf<T>(item: T, column: Column<T>, paint: Paint): string {
  if (column.cell !== undefined) return column.cell(item, paint);
  const value = column.value(item);
  if (value === undefined || value === null) return '';
  return printable(Array.isArray(value) ? value.join(', ') : String(value));
}

function withoutTrailingSpace(text: string): string {
  return `${text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
