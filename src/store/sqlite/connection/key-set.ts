import { OtpctlError } from '../../../domain/errors.ts';
import type { Connection, Parameters, Row } from './connection.ts';

/** Before and behind every number. */
export const FIRST = Number.NEGATIVE_INFINITY;
export const LAST = Number.POSITIVE_INFINITY;

/** A query in the order of a key that no two rows share, such that its last two parameters are a key to begin behind and how many rows to read. */
export interface KeySet {
  readonly sql: string;
  /** Under which name a row has the key. */
  readonly key: string;
  /** What is before every key. */
  readonly start: number | string;
  readonly parameters?: Parameters;
  readonly pageRows: number;
}

/**
 * Reads a query of any length in pages. Each is a statement that has ended before the page is handed out, so whoever
 * reads may take as long as they like: nothing of the store is held meanwhile, and what others write is seen from the
 * next page on.
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
 * The same, row by row, for those who read all of it at once. A row that cannot be read is an error when it is its turn,
 * and not for those before it.
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
