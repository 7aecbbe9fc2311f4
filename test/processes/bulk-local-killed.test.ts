import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { NEW_YEAR } from '../support/fixed.ts';
import { killedAfter, startProgram } from '../support/killed.ts';
import { program } from '../support/process.ts';
import { readRows } from '../support/sql.ts';
import { DAY, many, stocked } from '../support/stock.ts';

const ROWS = 20_000;
const KILLS = 200;
/** Rows are settled a hundred at a time, so that the kills have something to land between. */
const FIRST = [
  ...['disable-stale', '--unused-since', '2022-01-01', '--rate', '1000/s'],
  ...['--max', '100000', '--max-percent', '100', '--ignore-signal'],
];

it(`one run of ${ROWS} rows, killed and resumed ${KILLS} times, does everything once`, async () => {
  const seed = randomInt(2 ** 31);
  const chance = randomOf(seed);
  const devices = many(ROWS, { lastUsed: NEW_YEAR - DAY, fails: 2 });
  const { home, store } = await stocked(
    devices.map((device, at) => (at % 3 === 0 ? { ...device, status: 'C' } : device)),
  );
  const before = readRows(store, STATES);
  const changed = () =>
    Number(readRows(store, `SELECT count(*) AS n FROM run_rows WHERE outcome = 'changed'`)[0]?.['n']);
  const runs = () => readRows(store, 'SELECT id, state FROM runs');

  let startUp = 200;
  let [kills, moved, done] = [0, 0, 0];
  while (kills < KILLS) {
    const line = runs().length === 0 ? FIRST : ['resume', '1'];
    // What is ahead of its time is killed before it comes to a row, or thereabouts.
    const early = done > (ROWS * kills) / KILLS - 400 && done > 0;
    const delay = early ? startUp * (0.5 + chance() * 0.6) : chance() * 110;
    const child = startProgram(['bulk', ...line, '--yes', '-o', 'jsonl'], { home });
    const { exit, first } = await killedAfter(child, early ? { delay } : { rows: 1, delay });
    if (first !== undefined) startUp = (startUp * 3 + first) / 4;
    expect({ seed, kills, exit }).toEqual({ seed, kills, exit: null });
    const now = changed();
    if (runs().length === 0) continue;
    kills += 1;
    // In the middle: the run was begun, and rows are left.
    expect({ seed, kills, runs: runs() }).toEqual({ seed, kills, runs: [{ id: 1, state: 'running' }] });
    expect(now, `seed ${seed}`).toBeLessThan(ROWS);
    if (now > done) moved += 1;
    done = now;
  }
  expect(moved, `seed ${seed}: kills after which rows had moved`).toBeGreaterThan(KILLS / 4);
  expect(done, `seed ${seed}`).toBeGreaterThan(ROWS / 4);

  expect(await program(['bulk', 'resume', '1', '--yes', '-q'], { home })).toMatchObject({ exit: 0 });
  expect(readRows(store, 'SELECT id, state FROM runs')).toEqual([{ id: 1, state: 'finished' }]);
  expect(
    readRows(store, 'SELECT outcome, count(*) AS n, count(DISTINCT device_id) AS devices FROM run_rows GROUP BY 1'),
  ).toEqual([{ outcome: 'changed', n: ROWS, devices: ROWS }]);
  expect(readRows(store, 'SELECT status, fails, count(*) AS n FROM devices GROUP BY 1, 2')).toEqual([
    { status: 'D', fails: 2, n: ROWS },
  ]);
  expect(entriesOf(store, 'device.disable'), `seed ${seed}`).toEqual({ devices: ROWS, least: 1, most: 1 });
  await isWhole(home);

  expect(await program(['bulk', 'undo', '1', '--yes', '-q'], { home })).toMatchObject({ exit: 0 });
  expect(readRows(store, STATES)).toEqual(before);
  await isWhole(home);
}, 600_000);

/** All that an undo is to bring back. */
const STATES = 'SELECT id, status, status_before_lock, fails, last_used FROM devices ORDER BY id';

async function isWhole(home: string): Promise<void> {
  expect(await program(['audit', 'verify'], { home })).toMatchObject({ exit: 0 });
  expect(await program(['store', 'check'], { home })).toMatchObject({ exit: 0 });
}

function entriesOf(store: string, action: string) {
  const entries = `SELECT count(*) AS n FROM audit WHERE action = '${action}' GROUP BY device_id`;
  return readRows(store, `SELECT count(*) AS devices, min(n) AS least, max(n) AS most FROM (${entries})`)[0];
}

/** Numbers from 0 to 1 that a seed gives again (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
