import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { otpctl } from '../support/cli.ts';
import { NEW_YEAR } from '../support/fixed.ts';
import { DAY, many, stocked } from '../support/stock.ts';
import { bundleWorkers, type Workers } from '../support/workers.ts';

const KILLS = 40;
const SELECT = ['--unused-since', '2022-01-01', '--max', '100000', '--max-percent', '100', '--ignore-signal'];

describe('a bulk run that is killed again and again', () => {
  let workers: Workers;
  beforeAll(async () => {
    workers = await bundleWorkers();
  });
  afterAll(() => workers.remove());

  // A remote place writes each device in a transaction of its own: fewer of them take as long.
  it.each([
    ['local', 20_000],
    ['remote', 300],
  ] as const)(
    'on a %s place, of %i rows: every change is made, journalled and audited once',
    async (kind, size) => {
      const { home, store } = await stocked(many(size, { lastUsed: NEW_YEAR - DAY, fails: 2 }));
      const journal = kind === 'local' ? store : join(home, '.local/state/otpctl/runs.db');
      const line = (...words: string[]) => ({
        store,
        line: { argv: ['bulk', ...words, '--yes', '-q'], remote: kind === 'remote' },
      });
      const runs = () =>
        existsSync(journal) ? query(journal, 'SELECT id, state, undoes FROM runs ORDER BY id DESC') : [];
      const next = () => {
        const [newest] = runs();
        if (newest === undefined) return line('disable-stale', ...SELECT);
        if (newest['state'] !== 'finished') return line('resume', String(newest['id']));
        return newest['undoes'] === null ? line('undo', String(newest['id'])) : line('disable-stale', ...SELECT);
      };

      const started = performance.now();
      await workers.run(home, { store, line: { argv: ['bulk', 'runs'], remote: kind === 'remote' } });
      const startUp = performance.now() - started;
      let [kills, finishes] = [0, 0];
      for (let seed = 7; kills < KILLS; seed = (seed * 1103 + 12_345) % 65_536) {
        // Often early, sometimes late enough for an end.
        const { exit, stderr } = await workers.runBriefly(home, next(), startUp * 0.6 + (seed / 65_536) ** 2 * 1500);
        if (exit === null) kills += 1;
        else expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' });
        if (exit === 0) finishes += 1;
      }
      for (let at = 0; at < 4 && (runs()[0]?.['state'] !== 'finished' || runs()[0]?.['undoes'] === null); at++) {
        expect((await workers.run(home, next())).exit).toBe(0);
        finishes += 1;
      }

      expect(finishes).toBeGreaterThan(1);
      const all = query(
        journal,
        "SELECT r.id, count(*) AS n, sum(w.outcome = 'changed') AS changed FROM runs r JOIN run_rows w ON w.run = r.id GROUP BY r.id",
      );
      expect(all.length).toBeGreaterThan(1);
      for (const run of all) expect(run).toEqual({ id: run['id'], n: size, changed: size });
      // Each device was changed once by each run, and each change is one entry of the log.
      const entries = `SELECT device_id, count(*) AS n FROM audit WHERE device_id IS NOT NULL GROUP BY device_id`;
      const counts = query(store, `SELECT count(*) AS devices, min(n) AS least, max(n) AS most FROM (${entries})`)[0];
      expect(counts).toEqual({ devices: size, least: all.length, most: all.length });
      expect(query(store, 'SELECT status, fails, count(*) AS n FROM devices GROUP BY 1, 2')).toEqual([
        { status: 'V', fails: kind === 'local' ? 2 : 0, n: size },
      ]);
      expect(await otpctl(['audit', 'verify'], { home })).toMatchObject({ exit: 0 });
      expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
    },
    300_000,
  );
});

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
