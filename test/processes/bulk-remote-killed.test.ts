import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { NEW_YEAR } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { ended, killedAfter, startProgram } from '../support/killed.ts';
import { program } from '../support/process.ts';
import { serverProcess } from '../support/server-process.ts';
import { readRows, tamper } from '../support/sql.ts';
import { DAY, many, stocked } from '../support/stock.ts';

const KILLS = 200;
const SIZE = 20_000;
const SELECT = ['--unused-since', '2022-01-01', '--max', '100000', '--max-percent', '100', '--ignore-signal'];

it(`a run at a server that is killed ${KILLS} times and resumed changes each of ${SIZE} devices once, and can be taken back`, async () => {
  const home = await inMemory((await stocked(many(SIZE, { lastUsed: NEW_YEAR - DAY }))).home);
  const store = storeOf(home);
  const made = await program(['apikey', 'create', 'desk', '--role', 'super', '-o', 'json'], { home });
  const { url } = await serverProcess(home);
  const client = temporaryHome();
  const journal = join(client, '.local/state/otpctl/runs.db');
  const environment = {
    OTPCTL_URL: `${url}/scim/v2`,
    OTPCTL_TOKEN: (JSON.parse(made.stdout) as { key: string }).key,
  };
  const start = (argv: readonly string[]) =>
    startProgram(['bulk', ...argv, '--yes', '-o', 'jsonl'], { home: client, environment });
  const counts = () => readRows(journal, 'SELECT outcome, count(*) AS n FROM run_rows GROUP BY 1');
  const waiting = () => Number(counts().find(({ outcome }) => outcome === 'waiting')?.['n'] ?? 0);

  const began = performance.now();
  // Small bulk requests, so that there is always more to come.
  await killedAfter(start(['disable-stale', ...SELECT, '--rate', '200', '--reason', 'killed']), { rows: 1, delay: 0 });
  const startUp = performance.now() - began;
  let [kills, amid] = [1, 0];
  for (let seed = 7; kills < KILLS; seed = (seed * 1103 + 12_345) % 65_536) {
    const chance = seed / 65_536;
    // Sometimes before anything is heard of it; else some moment after it has begun to change devices.
    const end = kills % 4 === 0 ? { delay: startUp * (0.1 + 0.5 * chance) } : { rows: 1, delay: 60 * chance ** 2 };
    const { exit, rows, stderr } = await killedAfter(start(['resume', '1']), end);
    expect({ exit, stderr: exit === null ? '' : stderr }).toEqual({ exit: null, stderr: '' });
    kills += 1;
    if (rows > 0 && waiting() > 0) amid += 1;
  }
  expect(amid).toBeGreaterThan(KILLS / 2);
  expect(waiting()).toBeGreaterThan(0);
  tamper(journal, `UPDATE runs SET options = json_remove(options, '$.rate')`);
  expect(await ended(start(['resume', '1']))).toMatchObject({ exit: 0 });

  expect(readRows(journal, 'SELECT state FROM runs')).toEqual([{ state: 'finished' }]);
  expect(counts()).toEqual([{ outcome: 'changed', n: SIZE }]);
  expect(readRows(store, 'SELECT status, count(*) AS n FROM devices GROUP BY 1')).toEqual([{ status: 'D', n: SIZE }]);
  const entries = `SELECT device_id, count(*) AS n, min(reason) AS why FROM audit WHERE device_id IS NOT NULL GROUP BY 1`;
  const audited = `SELECT count(*) AS devices, min(n) AS least, max(n) AS most, min(why) AS why FROM (${entries})`;
  expect(readRows(store, audited)).toEqual([{ devices: SIZE, least: 1, most: 1, why: 'killed' }]);

  expect(await ended(start(['undo', '1']))).toMatchObject({ exit: 0 });
  expect(readRows(store, 'SELECT status, count(*) AS n FROM devices GROUP BY 1')).toEqual([{ status: 'V', n: SIZE }]);
  expect(readRows(store, audited)).toMatchObject([{ devices: SIZE, least: 2, most: 2 }]);
  expect(await program(['audit', 'verify'], { home })).toMatchObject({ exit: 0 });
  process.stdout.write(`${amid} of ${kills} kills amid, ${Math.round((performance.now() - began) / 1000)} s\n`);
}, 400_000);

/** A copy of a home in memory, where the machine has such a folder: it is not the server that is killed. */
async function inMemory(home: string): Promise<string> {
  const copy = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'otpctl-test-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(home, copy, { recursive: true });
  return copy;
}
