import type { Look } from './paint.ts';
import { type Column, cellText } from './view.ts';

const GAP = '  ';
/** Columns of a window that a long text keeps. */
const LEAST = 16;
const ASCII = /^[\x20-\x7e]*$/;
/** What colours a text, and takes no room. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Lays out pages of rows under one heading. */
export interface Table<T> {
  /** The next rows; before the first ones, the heading. Without a window nothing is cut off a cell. */
  lay(items: readonly T[]): Promise<string>;
  /** The keys of the columns that the window has no room for. */
  leftOut(): readonly string[];
}

/**
 * A table whose columns are as wide as the first rows want them, and wider where a later one does. In a window that is too
 * narrow for that, long texts are cut, and columns that do not fit all the same are left out from the right, or stand below
 * their rows.
 */
export function createTable<T>(
  columns: readonly Column<T>[],
  look: Look,
  window: number | undefined,
  { wraps = false }: { readonly wraps?: boolean } = {},
): Table<T> {
  const headings = columns.map(({ title }) => title.toUpperCase());
  let wanted: readonly number[] | undefined;
  let shown = columns.length;
  return {
    leftOut: () => (wraps ? [] : columns.slice(shown).map(({ key }) => key)),
    async lay(items) {
      const rows = items.map((item) => columns.map((column) => cellText(item, column, look)));
      const measure = await measureFor(rows);
      const first = wanted === undefined;
      const want = headings.map((heading, at) =>
        rows.reduce((widest, row) => Math.max(widest, measure(row[at] ?? '')), wanted?.[at] ?? heading.length),
      );
      wanted = want;
      const widths = window === undefined || wraps ? want : narrowed(want, columns, window);
      if (window !== undefined) shown = Math.min(shown, fitting(widths, window));
      if (widths.some((width, at) => at < shown && width < (want[at] ?? 0))) {
        const { cut } = await import('./text/cut.ts');
        for (const row of rows) for (let at = 0; at < shown; at++) row[at] = cut(row[at] ?? '', widths[at] ?? 0);
      }
      const line = (cells: readonly string[]) => layLine(cells.slice(0, shown), widths, measure);
      const heading = first ? [line(headings.map((text) => look.paint.strong(text)))] : [];
      const laid =
        wraps && shown < columns.length ? await withRest(rows, line, { columns, shown, window }) : rows.map(line);
      return [...heading, ...laid].map((text) => `${text}\n`).join('');
    },
  };
}

interface Rest<T> {
  readonly columns: readonly Column<T>[];
  readonly shown: number;
  readonly window: number | undefined;
}

/** Rows, each with what there was no room for below it. */
async function withRest<T>(
  rows: readonly (readonly string[])[],
  line: (cells: readonly string[]) => string,
  { columns, shown, window }: Rest<T>,
): Promise<string[]> {
  const { wrapped } = await import('./text/wrap.ts');
  return rows.flatMap((row) => {
    const rest = columns.flatMap(({ title }, at) => (at >= shown && row[at] ? [`${title} ${row[at]}`] : []));
    return [line(row), ...wrapped(rest.join('; '), window ?? Number.POSITIVE_INFINITY, INDENT)];
  });
}

const INDENT = '    ';

/** Widths at which as many columns as possible fit into a window: long texts get as much of it as the others leave. */
function narrowed<T>(wanted: readonly number[], columns: readonly Column<T>[], window: number): readonly number[] {
  const within = (most: number) => wanted.map((width, at) => (columns[at]?.long ? Math.min(width, most) : width));
  const possible = fitting(within(LEAST), window);
  let most = Math.max(LEAST, ...wanted);
  while (most > LEAST && room(within(most).slice(0, possible)) > window) most -= 1;
  return within(most);
}

/** How many columns fit into a window: at least the first. */
function fitting(widths: readonly number[], window: number): number {
  const first = widths.findIndex((_, at) => room(widths.slice(0, at + 1)) > window);
  return first === -1 ? widths.length : Math.max(first, 1);
}

/** What columns and the gaps between them take. */
function room(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
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
  const { textWidth } = await import('./text/text-width.ts');
  return (text) => (ASCII.test(text) ? text.length : textWidth(text));
}
