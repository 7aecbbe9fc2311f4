import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts';
import { NEW_YEAR } from '../support/fixed.ts';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { rowsOf } from '../support/remote-places.ts';
import { serverProcess } from '../support/server-process.ts';
import { readRow } from '../support/sql.ts';
import { DAY, many, stocked } from '../support/stock.ts';

const SIZE = 600;
const RATE = 150;
const SELECT = ['--unused-since', '2022-01-01', '--max', '100000', '--max-percent', '100', '--ignore-signal'];

/** What may become of any request; three in five pass. */
const FAULTS: readonly Fault[] = [
  { kind: 'pass' },
  { kind: 'answer', status: 429, headers: { 'retry-after': '0' } },
  { kind: 'pass' },
  { kind: 'lose' },
  { kind: 'pass' },
  { kind: 'reset' },
  { kind: 'pass' },
  { kind: 'pass' },
  { kind: 'truncate', bytes: 30 },
  { kind: 'pass' },
];

it.each(['/scim/v2', '/soffid/webservice/scim2/v1'])(
  'a run at %s ends complete although it is throttled, cut off, and its server started again in the middle',
  async (base) => {
    const { home, store } = await stocked(many(SIZE, { lastUsed: NEW_YEAR - DAY }));
    const made = await program(['apikey', 'create', 'desk', '--role', 'super', '-o', 'json'], { home });
    const first = await serverProcess(home);
    const proxy = await startFaultProxy(`${first.url}${base}`);
    const client = temporaryHome();
    const { key } = JSON.parse(made.stdout) as { key: string };
    const bulk = (...argv: string[]) =>
      program(['bulk', ...argv, '--yes', '-o', 'jsonl', '--url', proxy.url, '--timeout', '5s'], {
        home: client,
        environment: { OTPCTL_TOKEN: key },
      });

    const began = performance.now();
    let [seed, changes, again] = [11, 0, Promise.resolve()];
    proxy.before = (path, method) => {
      if (method !== 'PATCH' && !path.endsWith('/Bulk')) return;
      seed = (seed * 1103 + 12_345) % 65_536;
      proxy.faults.unshift(FAULTS[seed % FAULTS.length] ?? { kind: 'pass' });
      changes += 1;
      if (changes !== (base === '/scim/v2' ? 12 : 150)) return;
      again = first.stop('SIGKILL').then(async () => {
        await serverProcess(home, ['--port', new URL(first.url).port]);
      });
    };
    const runs = [await bulk('disable-stale', ...SELECT, '--rate', String(RATE), '--max-failures', '100')];
    const seconds = (performance.now() - began) / 1000;
    const done = Number(readRow(store, `SELECT count(*) AS n FROM devices WHERE status = 'D'`)['n']);
    await again;
    for (let at = 0; at < 20 && runs.at(-1)?.exit !== 0; at++) runs.push(await bulk('resume', '1'));

    expect(runs.at(-1)).toMatchObject({ exit: 0 });
    expect(changes).toBeGreaterThan(base === '/scim/v2' ? 12 : 150);
    const changed = runs.flatMap(rowsOf).filter(({ outcome }) => outcome === 'changed');
    expect(changed).toHaveLength(SIZE);
    expect(new Set(changed.map(({ id }) => id)).size).toBe(SIZE);
    const entries = `SELECT count(*) AS n FROM audit WHERE device_id IS NOT NULL GROUP BY device_id`;
    expect(readRow(store, `SELECT count(*) AS devices, min(n) AS least, max(n) AS most FROM (${entries})`)).toEqual({
      ...{ devices: SIZE, least: 1, most: 1 },
    });
    expect(readRow(store, `SELECT count(*) AS n FROM devices WHERE status = 'D'`)).toEqual({ n: SIZE });
    const journal = join(client, '.local/state/otpctl/runs.db');
    expect(readRow(journal, `SELECT count(*) AS n FROM run_rows WHERE outcome = 'changed'`)).toEqual({ n: SIZE });
    expect(readRow(journal, 'SELECT state FROM runs')).toEqual({ state: 'finished' });
    // One bulk request more than the rate may be on its way.
    expect(done / seconds).toBeLessThan(RATE * 1.1);
  },
  180_000,
);
