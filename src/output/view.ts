import { OtpctlError } from '../domain/errors.ts';
import type { Look } from './paint.ts';

/** One column of a kind of thing: a key in json, a heading in csv, a title in a table. */
export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** The value as json has it; undefined where there is none. */
  value(item: T): unknown;
  /** The word for it, in csv and in tables, where json has a letter. */
  word?(item: T): string | undefined;
  /** A text of any length, of which a narrow window shows the beginning. */
  readonly long?: boolean;
  /** Shown where `--columns` names it, and not otherwise. */
  readonly asked?: true;
  /** How a table words it, where that differs. */
  cell?(item: T, look: Look): string;
  /** How a card words it, where that differs from a table. */
  detail?(item: T, look: Look): string;
}

/** How a kind of thing is shown, the same in every format. */
export interface View<T> {
  readonly columns: readonly Column<T>[];
  /** The keys of the columns of a table, in order. */
  readonly table: readonly string[];
  /** Whether what a window has no room for stands below its row, whole: of a log nothing is left out. */
  readonly wraps?: true;
  /** What `--quiet` prints. */
  id(item: T): string;
}

/** The columns that are shown where nobody says which. */
export function usualColumns<T>({ columns }: View<T>): readonly Column<T>[] {
  return columns.filter(({ asked }) => asked === undefined);
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
