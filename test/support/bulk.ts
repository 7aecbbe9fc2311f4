import { expect } from 'vitest';
import { json, type Outcome, otpctl } from './cli.ts';
import { fixedClock, NEW_YEAR } from './fixed.ts';
import { readRow } from './sql.ts';
import { DAY } from './stock.ts';

export const clock = fixedClock();
/** Last uses on either side of any cut-off of these tests. */
export const OLD = NEW_YEAR - 400 * DAY;
export const RECENT = NEW_YEAR - DAY;

/** Runs a command of `bulk`, its words apart by spaces. */
export function bulk(home: string, line: string, more: object = {}): Promise<Outcome> {
  return otpctl(['bulk', ...line.split(' ').filter((word) => word !== '')], { home, clock, ...more });
}

/** What was printed as JSON lines. */
export function rowsOf({ stdout }: Pick<Outcome, 'stdout'>): Record<string, unknown>[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The statuses of all devices, in the order of their ids: `VVD`. */
export function statuses(store: string): string {
  const all = `SELECT group_concat(status, '') AS all_of FROM (SELECT status FROM devices ORDER BY id)`;
  return String(readRow(store, all)['all_of']);
}

/** Expects a store in which nothing was done since it was made. */
export async function nothingChanged(home: string): Promise<void> {
  expect(rowsOf(await bulk(home, 'runs -o jsonl'))).toEqual([]);
  const entries = await json<{ action: string }[]>(['audit', 'list'], { home });
  expect(entries.map(({ action }) => action)).toEqual(['store.init']);
}
