import { printable } from '../domain/text/printable.ts';
import type { Look } from './paint.ts';
import type { Column } from './view.ts';

/** A value as a table or a card words it, safe for a terminal. */
export function cellText<T>(item: T, column: Column<T>, look: Look): string {
  if (column.cell !== undefined) return column.cell(item, look);
  const value = column.word?.(item) ?? column.value(item);
  if (value === undefined || value === null) return '';
  return printable(Array.isArray(value) ? value.join(', ') : String(value));
}
