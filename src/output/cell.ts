import type { Instant } from '../domain/instant.ts';
import { printable } from '../domain/printable.ts';
import type { Paint } from './paint.ts';
import type { Column } from './view.ts';

/** What wording depends on, besides the thing that is shown. */
export interface Look {
  readonly paint: Paint;
  readonly now: Instant;
  /** Whether it is for a window, in which a long text may be cut; in a pipe nothing is. */
  readonly inWindow?: boolean;
}

/** A value as a table or a card words it, safe for a terminal. */
export function cellText<T>(item: T, column: Column<T>, look: Look): string {
  if (column.cell !== undefined) return column.cell(item, look);
  const value = column.word?.(item) ?? column.value(item);
  if (value === undefined || value === null) return '';
  return printable(Array.isArray(value) ? value.join(', ') : String(value));
}
