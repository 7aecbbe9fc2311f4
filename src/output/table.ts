import { cellText, type Look } from './cell.ts';
import type { Column } from './view.ts';

const GAP = '  ';
const ASCII = /^[\x20-\x7e]*$/;
/** What colours a text, and takes no room. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Lays out pages of rows under one heading. */
export interface Table<T> {
  /** The next rows; before the first ones, the heading. Nothing is ever cut off a cell. */
  lay(items: readonly T[]): Promise<string>;
  /** The keys of the columns that the window has no room for. */
  leftOut(): readonly string[];
}

/**
 * A table whose columns are as wide as the first rows want them, and wider where a later one does. In a window, columns
 * that do not fit are left out from the right.
 */
export function createTable<T>(columns: readonly Column<T>[], look: Look, window: number | undefined): Table<T> {
  const headings = columns.map(({ title }) => title.toUpperCase());
  let widths: number[] | undefined;
  let shown = columns.length;
  return {
    leftOut: () => columns.slice(shown).map(({ key }) => key),
    async lay(items) {
      const rows = items.map((item) => columns.map((column) => cellText(item, column, look)));
      const measure = await measureFor(rows);
      const first = widths === undefined;
      widths = headings.map((heading, at) =>
        rows.reduce((widest, row) => Math.max(widest, measure(row[at] ?? '')), widths?.[at] ?? heading.length),
      );
      if (window !== undefined) shown = Math.min(shown, fitting(widths, window));
      const line = (cells: readonly string[]) => layLine(cells.slice(0, shown), widths ?? [], measure);
      const heading = first ? [line(headings.map((text) => look.paint.strong(text)))] : [];
      return [...heading, ...rows.map(line)].map((text) => `${text}\n`).join('');
    },
  };
}

/** How many columns fit into a window: at least the first. */
function fitting(widths: readonly number[], window: number): number {
  let used = -GAP.length;
  const first = widths.findIndex((width) => {
    used += GAP.length + width;
    return used > window;
  });
  return first === -1 ? widths.length : Math.max(first, 1);
}

function layLine(cells: readonly string[], widths: readonly number[], measure: (text: string) => number): string {
  return cells
    .map((cell, at) => (at === cells.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - measure(cell))))
    .join(GAP);
}

/** Columns of a terminal that a text takes. Only for what is not ASCII the tables of Unicode are loaded. */
async function measureFor(rows: readonly (readonly string[])[]): Promise<(text: string) => number> {
  const bare = (text: string) => (text.includes('\u001b') ? text.replace(COLOUR, '') : text);
  if (rows.every((row) => row.every((cell) => ASCII.test(bare(cell))))) return (text) => bare(text).length;
  const { textWidth } = await import('./text-width.ts');
  return (text) => (ASCII.test(text) ? text.length : textWidth(text));
}
