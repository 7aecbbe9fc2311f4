import type { Look } from './paint.ts';
import { type Column, cellText } from './view.ts';

/** One thing, a line for each of its columns that has a value. */
export function cardText<T>(item: T, columns: readonly Column<T>[], look: Look): string {
  const shown = columns.filter((column) => column.value(item) !== undefined);
  const width = Math.max(...shown.map(({ title }) => title.length));
  const lines = shown.map(
    (column) =>
      `${look.paint.faint(column.title.padEnd(width))}  ${column.detail?.(item, look) ?? cellText(item, column, look)}\n`,
  );
  return lines.join('');
}
