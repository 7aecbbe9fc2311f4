import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/text/printable.ts';
import type { Look } from './paint.ts';

/** A column: its key in json and csv, and its title in a table. */
export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** The value in json; undefined for none. */
  value(item: T): unknown;
  /** The word for it in csv and tables, if json has a letter. */
  word?(item: T): string | undefined;
  /** A text of any length: a narrow window shows the beginning. */
  readonly long?: boolean;
  /** Shown only if `--columns` names it. */
  readonly onlyIfNamed?: true;
  /** Its text in a table, if that is another. */
  cell?(item: T, look: Look): string;
  /** Its text on a card, if that is another than in a table. */
  detail?(item: T, look: Look): string;
}

/** How things of one kind are shown, in every format. */
export interface View<T> {
  readonly columns: readonly Column<T>[];
  /** The keys of the columns of a table, in order. */
  readonly table: readonly string[];
  /** Whether columns that a window has no room for are shown below each row. A log must show all of them. */
  readonly wraps?: true;
  /** What `--quiet` prints. */
  id(item: T): string;
}

/** The columns that are shown without `--columns`. */
export function defaultColumns<T>({ columns }: View<T>): readonly Column<T>[] {
  return columns.filter(({ onlyIfNamed }) => onlyIfNamed === undefined);
}

/** The columns of a view by their keys, in that order. Errors: `invalid-value` for a key that it does not have. */
export function chosenColumns<T>(view: View<T>, keys: readonly string[]): readonly Column<T>[] {
  return keys.map((key) => {
    const column = view.columns.find((known) => known.key === key);
    if (column !== undefined) return column;
    const known = view.columns.map((each) => each.key).join(', ');
    throw new OtpctlError('invalid-value', `there is no column "${key}"`, `the columns are ${known}`);
  });
}

/** The text of a value in a table or on a card, safe for a terminal. */
export function cellText<T>(item: T, column: Column<T>, look: Look): string {
  if (column.cell !== undefined) return column.cell(item, look);
  const value = column.word?.(item) ?? column.value(item);
  if (value === undefined || value === null) return '';
  return printable(Array.isArray(value) ? value.join(', ') : String(value));
}
