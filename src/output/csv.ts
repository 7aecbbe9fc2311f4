import { neutraliseCell } from '../domain/csv-cell.ts';
import { printable } from '../domain/printable.ts';
import type { Column } from './view.ts';

export function csvHeader<T>(columns: readonly Column<T>[]): string {
  return line(columns.map(({ key }) => key));
}

/** Rows of RFC 4180 in which no cell is a formula, nor moves a terminal's cursor. */
export function csvRows<T>(items: readonly T[], columns: readonly Column<T>[]): string {
  return items
    .map((item) => line(columns.map((column) => cellText(column.word?.(item) ?? column.value(item)))))
    .join('');
}

function line(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return neutraliseCell(printable(typeof value === 'object' ? JSON.stringify(value) : String(value)));
}
