import { csvLine } from '../domain/text/csv-cell.ts';
import { printable } from '../domain/text/printable.ts';
import { toJson } from './json.ts';
import type { Column } from './view.ts';

export function csvHeader<T>(columns: readonly Column<T>[]): string {
  return csvLine(columns.map(({ key }) => key));
}

/** Rows of RFC 4180 in which no cell is a formula, nor moves a terminal's cursor. */
export function csvRows<T>(items: readonly T[], columns: readonly Column<T>[]): string {
  return items
    .map((item) => csvLine(columns.map((column) => cellText(column.word?.(item) ?? column.value(item)))))
    .join('');
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return printable(typeof value === 'object' ? toJson(value) : String(value));
}
