import { describe, expect, it } from 'vitest';
import { bulk, clock, OLD, RECENT, rowsOf, statuses } from '../support/bulk.ts';
import { json } from '../support/cli.ts';
import { servedPlace, soffidPlace } from '../support/remote-places.ts';
import { arrange } from '../support/signed.ts';
import { readRow, tamper } from '../support/sql.ts';
import { many, stocked } from '../support/stock.ts';

const ALL = 'disable-stale --unused-for 90d --max-percent 100 --ignore-signal --yes -o jsonl';

describe('bulk resume keeps the options of its run', () => {
  /** A run that failed at its first rows, and what is seen of the requests since then. */
  async function failedRun(count: number, options: string, milliseconds: number) {
    const { double, run, statuses: states } = await soffidPlace(many(count, { lastUsed: OLD }));
    const seen = { most: 0, begun: [] as number[], failing: true };
    let underWay = 0;
    double.before = async ({ method }, response) => {
      if (method !== 'PATCH') return false;
      seen.begun.push(performance.now());
      underWay += 1;
      seen.most = Math.max(seen.most, underWay);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      underWay -= 1;
      if (seen.failing) response.writeHead(400).end();
      return seen.failing;
    };
    expect(await run(`bulk ${ALL} ${options}`)).toMatchObject({ exit: 6, stderr: expect.stringContaining('stopped') });
    Object.assign(seen, { most: 0, begun: [] });
    const resume = async (exit: number) => expect(await run('bulk resume 1 --yes')).toMatchObject({ exit });
    return { seen, states, resume };
  }

  it('--concurrency', async () => {
    const { seen, resume, states } = await failedRun(30, '--concurrency 3', 20);
    seen.failing = false;
    await resume(0);
    expect(states()).toBe('D'.repeat(30));
    expect(seen.most).toBe(3);
  });

  it('--rate', async () => {
    const { seen, resume, states } = await failedRun(40, '--rate 40 --max-failures 3', 0);
    seen.failing = false;
    await resume(0);
    expect(states()).toBe('D'.repeat(40));
    const [first = 0, last = 0] = [seen.begun[0], seen.begun.at(-1)];
    expect(last - first).toBeGreaterThan(850);
  });

  it('--max-failures', async () => {
    const { seen, resume } = await failedRun(30, '--max-failures 2 --concurrency 1', 0);
    await resume(6);
    expect(seen.begun.length).toBe(3);
  });

  it.each([
    [
      'a local store',
      async () => {
        const { home, store } = await stocked(many(4, { lastUsed: OLD }));
        return { store, journal: store, run: (line: string) => bulk(home, line) };
      },
    ],
    [
      'otpctl serve',
      async () => {
        const remote = await servedPlace(many(4, { lastUsed: OLD }));
        const journal = `${remote.home}/.local/state/otpctl/runs.db`;
        return { store: remote.store, journal, run: (line: string) => remote.run(`bulk ${line}`) };
      },
    ],
  ] as const)('--reason and --ticket, whatever is said then: %s', async (_, place) => {
    const { run, store, journal } = await place();
    expect(await run(`${ALL} --reason spring --ticket T-1`)).toMatchObject({ exit: 0 });
    // As a kill in the middle leaves it.
    arrange(store, `UPDATE devices SET status = 'V' WHERE id > 2`);
    tamper(journal, `UPDATE run_rows SET outcome = 'waiting' WHERE device_id > 2; UPDATE runs SET state = 'running'`);
    expect(await run('resume 1 --yes --reason other --ticket T-2')).toMatchObject({ exit: 0 });
    const each = `SELECT DISTINCT reason, ticket, count(*) OVER () AS entries FROM audit WHERE action = 'device.disable'`;
    expect(readRow(store, each)).toEqual({ reason: 'spring', ticket: 'T-1', entries: 6 });
    expect(readRow(store, `SELECT count(*) AS others FROM audit WHERE reason = 'other'`)).toEqual({ others: 0 });
  });

  it('what --last-device spared stays spared, though the guards are not asked again', async () => {
    const { home, store } = await stocked([
      { user: 'ada', lastUsed: OLD },
      { user: 'ada', lastUsed: OLD + 5 },
      { user: 'bob', lastUsed: OLD },
      { user: 'bob', lastUsed: RECENT },
    ]);
    await bulk(home, 'update --set-status disabled --unused-for 90d --last-device skip --yes');
    expect(statuses(store)).toBe('DVDV');
    arrange(
      store,
      `UPDATE devices SET status = 'V' WHERE id = 3;
      UPDATE run_rows SET outcome = 'waiting' WHERE device_id = 3; UPDATE runs SET state = 'running'`,
    );
    const outcome = await bulk(home, 'resume 1 --yes -o jsonl');
    expect(outcome.exit).toBe(0);
    expect(rowsOf(outcome).map(({ id, outcome: what }) => [id, what])).toEqual([['3', 'changed']]);
    expect(statuses(store)).toBe('DVDV');
    expect(await json(['bulk', 'runs'], { home, clock })).toMatchObject([{ counts: { changed: 2, skipped: 1 } }]);
  });
});
