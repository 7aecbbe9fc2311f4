import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OtpctlError } from '../../../src/domain/errors.ts';
import type { Backend } from '../../../src/ports/backend.ts';
import { json, type Outcome, otpctl } from '../../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../../support/fixed.ts';
import { arrange } from '../../support/signed.ts';
import { readRow } from '../../support/sql.ts';
import { DAY, many, stocked } from '../../support/stock.ts';

const clock = fixedClock();
const OLD = NEW_YEAR - 400 * DAY;
const RUN = 'disable-stale --unused-for 90d --max-percent 100 --ignore-signal --yes -o jsonl';

/** A backend that is reached by single calls only, and what may go wrong on the way. */
interface Remote {
  readonly remote: (backend: Backend) => Backend;
  /** Ids of devices whose status was written, in their order. */
  readonly written: string[];
  readonly most: () => number;
}

function remoteWith(
  trouble: Partial<Record<'find' | 'setStatus' | 'list', (call: number, id: string) => Trouble>> = {},
): Remote {
  const written: string[] = [];
  let [underWay, most, finds, sets] = [0, 0, 0, 0];
  const unreachable = () => new OtpctlError('disk', 'the server cannot be reached');
  return {
    written,
    most: () => most,
    remote: (backend) => ({
      ...backend,
      async find(id) {
        finds += 1;
        if (trouble.find?.(finds, id) === 'before') throw unreachable();
        await new Promise((resolve) => setTimeout(resolve, 0));
        return backend.find(id);
      },
      async setStatus(id, status, origin) {
        sets += 1;
        underWay += 1;
        most = Math.max(most, underWay);
        try {
          const what = trouble.setStatus?.(sets, id);
          if (what === 'before') throw unreachable();
          await new Promise((resolve) => setTimeout(resolve, 1));
          written.push(id);
          const device = await backend.setStatus(id, status, origin);
          if (what === 'after') throw unreachable();
          return device;
        } finally {
          underWay -= 1;
        }
      },
      async *list(selection, page) {
        let pages = 0;
        for await (const devices of backend.list(selection, page)) {
          pages += 1;
          if (trouble.list?.(pages, '') === 'before') throw unreachable();
          yield devices;
        }
      },
    }),
  };
}

type Trouble = 'before' | 'after' | undefined;

const bulk = (home: string, { remote }: Remote, line: string): Promise<Outcome> =>
  otpctl(['bulk', ...line.split(' ')], { home, clock, remote });
const rowsOf = ({ stdout }: Outcome) =>
  stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const count = (store: string, status: string) =>
  readRow(store, `SELECT count(*) AS n FROM devices WHERE status = '${status}'`)['n'];

describe('a run on a place that is reached by requests', () => {
  it('does the same as on a local store, with a journal in a file of the operator alone', async () => {
    const { home, store } = await stocked(many(30, { lastUsed: OLD }));
    const remote = remoteWith();
    const outcome = await bulk(home, remote, RUN);
    expect(outcome.exit).toBe(0);
    expect(rowsOf(outcome)).toHaveLength(30);
    expect(count(store, 'D')).toBe(30);
    const file = join(home, '.local/state/otpctl/runs.db');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readRow(store, 'SELECT count(*) AS n FROM runs')).toEqual({ n: 0 });
    expect(await bulk(home, remote, 'undo 1 --yes')).toMatchObject({ exit: 0 });
    expect(count(store, 'V')).toBe(30);
  });

  it('keeps no more requests under way than it may', async () => {
    const { home } = await stocked(many(30, { lastUsed: OLD }));
    const remote = remoteWith();
    await bulk(home, remote, `${RUN} --concurrency 3`);
    expect(remote.most()).toBe(3);
    expect(new Set(remote.written).size).toBe(30);
  });

  it('starts no more of them in a second than it may', async () => {
    const { home } = await stocked(many(20, { lastUsed: OLD }));
    const start = performance.now();
    await bulk(home, remoteWith(), `${RUN} --rate 40/s`);
    expect(performance.now() - start).toBeGreaterThan(450);
  });

  it('reports a row that fails, goes on, and finishes exactly what is missing when it is resumed', async () => {
    const { home, store } = await stocked(many(30, { lastUsed: OLD }));
    const flaky = remoteWith({
      setStatus: (call) => (call % 3 === 0 ? 'before' : call % 3 === 1 ? 'after' : undefined),
    });
    const outcome = await bulk(home, flaky, `${RUN} --max-failures 100`);
    expect(outcome.exit).toBe(6);
    expect(rowsOf(outcome).filter(({ outcome: what }) => what === 'failed')).toHaveLength(20);
    const well = remoteWith();
    expect(await bulk(home, well, 'resume 1 --yes')).toMatchObject({ exit: 0 });
    expect(count(store, 'D')).toBe(30);
    // What failed on its way back had arrived: it is not written again.
    const all = [...flaky.written, ...well.written];
    expect(all).toHaveLength(30);
    expect(new Set(all).size).toBe(30);
    expect(rowsOf(await bulk(home, well, 'runs -o jsonl'))).toMatchObject([
      { state: 'finished', counts: { changed: 30 } },
    ]);
    expect(await bulk(home, well, 'undo 1 --yes')).toMatchObject({ exit: 0 });
    expect(count(store, 'V')).toBe(30);
  });

  it('stops after too many failures, and not before', async () => {
    const { home, store } = await stocked(many(40, { lastUsed: OLD }));
    const down = remoteWith({ find: (call) => (call > 10 ? 'before' : undefined) });
    const outcome = await bulk(home, down, `${RUN} --max-failures 5 --concurrency 1`);
    expect(outcome.exit).toBe(6);
    expect(rowsOf(outcome).filter(({ outcome: what }) => what === 'failed')).toHaveLength(6);
    expect(outcome.stderr).toContain('run 1 stopped: 24 waiting, 10 changed, 6 failed; go on with it with');
    expect(count(store, 'D')).toBe(10);
    await bulk(home, remoteWith(), 'resume 1 --yes');
    expect(count(store, 'D')).toBe(40);
  });

  it('that changed nothing because the world outside failed is exit 7', async () => {
    const { home, store } = await stocked(many(4, { lastUsed: OLD }));
    const down = remoteWith({ find: () => 'before' });
    expect(await bulk(home, down, RUN)).toMatchObject({ exit: 7 });
    expect(count(store, 'V')).toBe(4);
  });

  it('is not begun when the selection fails in the middle', async () => {
    const { home, store } = await stocked(many(250, { lastUsed: OLD }));
    const outcome = await bulk(home, remoteWith({ list: (page) => (page === 2 ? 'before' : undefined) }), RUN);
    expect(outcome).toMatchObject({ exit: 7, stdout: '' });
    expect(count(store, 'V')).toBe(250);
    expect(rowsOf(await bulk(home, remoteWith(), 'runs -o jsonl'))).toEqual([]);
  });

  it('changes every device once, whatever a server with moving pages sends', async () => {
    const { home, store } = await stocked(many(250, { lastUsed: OLD }));
    const plain = remoteWith();
    const shifting: Remote = {
      ...plain,
      remote: (backend) => ({
        ...plain.remote(backend),
        async *list(selection, page) {
          const pages = [];
          for await (const devices of backend.list(selection, page)) pages.push(devices);
          yield* [...pages.reverse(), pages[0] ?? []];
        },
      }),
    };
    const outcome = await bulk(home, shifting, RUN);
    expect(rowsOf(outcome)).toHaveLength(250);
    expect(new Set(plain.written).size).toBe(250);
    expect(plain.written).toHaveLength(250);
    expect(count(store, 'D')).toBe(250);
  });

  it('skips what was used between selection and change', async () => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    const plan = join(home, 'plan');
    await bulk(home, remoteWith(), `disable-stale --unused-for 90d --plan-out ${plan}`);
    arrange(store, `UPDATE devices SET last_used = ${NEW_YEAR} WHERE id = 2`);
    const outcome = await bulk(home, remoteWith(), `apply ${plan} --yes -o jsonl`);
    expect(
      rowsOf(outcome)
        .map(({ outcome: what }) => what)
        .sort(),
    ).toEqual(['changed', 'changed', 'skipped']);
  });

  it('deletes each device once', async () => {
    const { home, store } = await stocked(many(5, { status: 'D' }));
    expect(await bulk(home, remoteWith(), 'delete --status disabled --yes')).toMatchObject({ exit: 0 });
    expect(readRow(store, 'SELECT count(*) AS n FROM devices')).toEqual({ n: 0 });
    expect(await json<object[]>(['audit', 'list', '--action', 'device.delete'], { home })).toHaveLength(5);
  });

  it('has its journal where it was told, and resume and undo take it from there', async () => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    const file = join(home, 'artefact.db');
    await bulk(home, remoteWith(), `${RUN} --journal ${file}`);
    expect(existsSync(join(home, '.local/state/otpctl/runs.db'))).toBe(false);
    expect(await bulk(home, remoteWith(), 'undo 1 --yes')).toMatchObject({ exit: 3 });
    expect(await bulk(home, remoteWith(), `undo 1 --yes --journal ${file}`)).toMatchObject({ exit: 0 });
    expect(count(store, 'V')).toBe(3);
  });

  it.each(['runs', 'show 1', 'resume 1 --yes', 'undo 1 --yes'])(
    'that is not there is no journal without runs, and is not made: %s',
    async (line) => {
      const { home } = await stocked(many(3, { lastUsed: OLD }));
      const file = join(home, 'mistyped', 'runs.db');
      const outcome = await bulk(home, remoteWith(), `${line} --journal ${file}`);
      expect(outcome).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(`no journal ${file}`) });
      expect(existsSync(join(home, 'mistyped'))).toBe(false);
    },
  );

  it('shows no runs of another place', async () => {
    const { home } = await stocked(many(3, { lastUsed: OLD }));
    const { home: other } = await stocked(many(3, { lastUsed: OLD }));
    const file = join(home, 'runs.db');
    await bulk(home, remoteWith(), `${RUN} --journal ${file}`);
    expect(rowsOf(await bulk(other, remoteWith(), `runs -o jsonl --journal ${file}`))).toEqual([]);
    expect(await bulk(other, remoteWith(), `undo 1 --yes --journal ${file}`)).toMatchObject({ exit: 3 });
  });

  it('refuses a journal that is something else, and leaves it as it is', async () => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    const file = join(home, 'notes.txt');
    writeFileSync(file, 'x'.repeat(5000), { mode: 0o600 });
    expect(await bulk(home, remoteWith(), `${RUN} --journal ${file}`)).toMatchObject({ exit: 2 });
    expect(readFileSync(file, 'utf8')).toBe('x'.repeat(5000));
    expect(await bulk(home, remoteWith(), `${RUN} --journal ${store}`)).toMatchObject({ exit: 2 });
    expect(count(store, 'V')).toBe(3);
  });
});
