/** A row as its columns are called here: texts, and of JSON also what has parts of its own. */
export interface Row {
  /** The line that it begins on, counted from 1; in a JSON array its place there. */
  readonly line: number;
  /** The same in words: `line 2 of new.csv`. */
  readonly where: string;
  readonly cells: ReadonlyMap<string, string | object>;
  /** The row as it stands in the file, to be written back. */
  readonly text: string;
  /** What is wrong with it, in words that follow `where`; it has no cells then. */
  readonly problem?: string;
  /** Whether it is one cell without a heading. */
  readonly isBare?: true;
}

/** What a heading is in, for an error about it. */
export interface HeadingSource {
  /** `new.csv`, or `line 2 of new.jsonl`. */
  readonly where: string;
  /** What parts a heading of CSV: `the separator is ";"`. */
  readonly note?: string;
}

/** Which columns a kind of rows has. */
export interface Columns {
  /** What a column is called here; undefined where it is passed over. Refuses (`invalid-value`) what has no place. */
  nameOf(heading: string, source: HeadingSource): string | undefined;
  /** Looks at all columns of a heading, also where no row follows. Errors: `invalid-value`. */
  check?(names: readonly string[], source: HeadingSource): void;
  /** The column of a text that has one and no heading: an id a line. */
  readonly bare?: string;
  /** What there may be so many of; rows where it says nothing. */
  readonly kind?: 'ids';
  /** Whether a first line that has one cell is a row, and no heading. */
  isBare?(cell: string): boolean;
}

/** What becomes of each row. Undefined is left out. */
export type ReadRow<T> = (row: Row) => T | undefined;

/** What a heading is compared by: `User ID`, `user_id` and `userId` are one. */
export function columnKey(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}.]/gu, '');
}

/** The most characters of a heading in an error. */
const SHOWN = 64;

/** A heading as an error shows it. */
export function shownHeading(heading: string): string {
  return `"${heading.length > SHOWN ? `${heading.slice(0, SHOWN)}...` : heading}"`;
}

/** A column that is there twice: its heading, and how it is written the other time where that differs. */
export function twiceIn(
  names: readonly (string | undefined)[],
  headings: readonly string[],
): { readonly heading: string; readonly as: string } | undefined {
  const seen = new Map<string, string>();
  for (const [at, name] of names.entries()) {
    if (name === undefined) continue;
    const heading = headings[at] ?? '';
    const other = seen.get(name);
    if (other !== undefined) {
      return { heading: shownHeading(heading), as: other === heading ? '' : `, as ${shownHeading(other)} too` };
    }
    seen.set(name, heading);
  }
  return undefined;
}
