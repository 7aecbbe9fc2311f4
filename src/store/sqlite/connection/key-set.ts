import { OtpctlError } from '../../../domain/errors.ts';
import type { Connection, Parameters, Row } from './connection.ts';

/** Before and after every number. */
export const FIRST = Number.NEGATIVE_INFINITY;
export const LAST = Number.POSITIVE_INFINITY;

/** A query in the order of a unique key. Its last two parameters are the key to begin after, and how many rows to read. */
export interface KeySet {
  readonly sql: string;
  /** The column of a row that is the key. */
  readonly key: string;
  /** What is before every key. */
  readonly start: number | string;
  readonly parameters?: Parameters;
  readonly pageRows: number;
}

/**
 * Reads a query of any length in pages. The statement of a page has ended when the page is handed out: the caller may take
 * any time over it without locking anything, and sees what others write from the next page on.
 */
export function* keySetPages(
  connection: Connection,
  { sql, key, start, parameters = [], pageRows }: KeySet,
): Generator<readonly Row[]> {
  for (let after = start; ; ) {
    const page = connection.all(sql, [...parameters, after, pageRows]);
    if (page.length > 0) yield page;
    if (page.length < pageRows) return;
    after = page.at(-1)?.[key] as number | string;
  }
}

/**
 * The same, row by row, for a caller that reads all of it at once. A row that cannot be read is an error when its turn
 * comes: the rows before it are handed out.
 */
export function* keySetRows(connection: Connection, query: Omit<KeySet, 'pageRows'>): Generator<Row> {
  const read = { after: query.start };
  try {
    yield* keySetRowsOf(connection, query, 1000, read);
  } catch (error) {
    if (!(error instanceof OtpctlError) || error.code !== 'store-damaged') throw error;
    yield* keySetRowsOf(connection, { ...query, start: read.after }, 1, read);
  }
}

function* keySetRowsOf(
  connection: Connection,
  query: Omit<KeySet, 'pageRows'>,
  pageRows: number,
  read: { after: KeySet['start'] },
): Generator<Row> {
  for (const page of keySetPages(connection, { ...query, pageRows })) {
    yield* page;
    read.after = page.at(-1)?.[query.key] as KeySet['start'];
  }
}
