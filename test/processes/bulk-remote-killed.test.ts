import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { NEW_YEAR } from '../support/fixed.ts';
import { environmentOf, storeOf, temporaryHome } from '../support/home.ts';
import { program, ROOT } from '../support/process.ts';
import { serverProcess } from '../support/server-process.ts';
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
    ...environmentOf(client),
    OTPCTL_URL: `${url}/scim/v2`,
    OTPCTL_TOKEN: (JSON.parse(made.stdout) as { key: string }).key,
  };
  const start = (argv: readonly string[]) =>
    spawn(process.execPath, [join(ROOT, 'bin/otpctl.js'), 'bulk', ...argv, '--yes', '-o', 'jsonl'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const counts = () => query(journal, 'SELECT outcome, count(*) AS n FROM run_rows GROUP BY 1');
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
  query(journal, `UPDATE runs SET options = json_remove(options, '$.rate')`);
  expect(await ended(start(['resume', '1']))).toMatchObject({ exit: 0 });

  expect(query(journal, 'SELECT state FROM runs')).toEqual([{ state: 'finished' }]);
  expect(counts()).toEqual([{ outcome: 'changed', n: SIZE }]);
  expect(query(store, 'SELECT status, count(*) AS n FROM devices GROUP BY 1')).toEqual([{ status: 'D', n: SIZE }]);
  const entries = `SELECT device_id, count(*) AS n, min(reason) AS why FROM audit WHERE device_id IS NOT NULL GROUP BY 1`;
  const audited = `SELECT count(*) AS devices, min(n) AS least, max(n) AS most, min(why) AS why FROM (${entries})`;
  expect(query(store, audited)).toEqual([{ devices: SIZE, least: 1, most: 1, why: 'killed' }]);

  expect(await ended(start(['undo', '1']))).toMatchObject({ exit: 0 });
  expect(query(store, 'SELECT status, count(*) AS n FROM devices GROUP BY 1')).toEqual([{ status: 'V', n: SIZE }]);
  expect(query(store, audited)).toMatchObject([{ devices: SIZE, least: 2, most: 2 }]);
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

interface Ended {
  /** Null when it was killed. */
  readonly exit: number | null;
  readonly rows: number;
  readonly stderr: string;
}

/** Waits for the end of a process, and counts the rows that it printed. */
function ended(child: ChildProcess, onRows: (rows: number) => void = () => {}): Promise<Ended> {
  let [rows, stderr] = [0, ''];
  child.stdout?.on('data', (chunk) => {
    rows += String(chunk).split('\n').length - 1;
    onRows(rows);
  });
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  return new Promise((resolve) => child.on('close', (exit) => resolve({ exit, rows, stderr })));
}

/** Kills a process so many milliseconds after it has printed so many rows, if any are named. */
function killedAfter(child: ChildProcess, { rows = 0, delay }: { rows?: number; delay: number }): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const arm = (printed: number) => {
    if (printed >= rows) timer ??= setTimeout(() => child.kill('SIGKILL'), delay);
  };
  arm(0);
  return ended(child, arm).finally(() => clearTimeout(timer));
}

function query(path: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path);
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}
