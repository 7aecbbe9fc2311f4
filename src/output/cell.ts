import { printable } from '../domain/printable.ts';
import type { Paint } from './paint.ts';
import type { Column } from './view.ts';

/** A value as a table or a card words it, safe for a terminal. */
export function cellText<T>(item: T, column: Column<T>, paint: Paint): string {
  if (column.cell !== undefined) return column.cell(item, paint);
  const value = column.value(item);
  if (value === undefined || value === null) return '';
  return printable(Array.isArray(value) ? value.join(', ') : String(value));
}
