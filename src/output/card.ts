import { cellText } from './cell.ts';
import type { Paint } from './paint.ts';
import type { Column } from './view.ts';

/** One thing, a line for each of its columns that has a value. */
export function cardText<T>(item: T, columns: readonly Column<T>[], paint: Paint): string {
  const shown = columns.filter((column) => column.value(item) !== undefined);
  const width = Math.max(...shown.map(({ title }) => title.length));
  const lines = shown.map((column) => `${paint.faint(column.title.padEnd(width))}  ${cellText(item, column, paint)}\n`);
  return lines.join('');
}
