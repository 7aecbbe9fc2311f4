import { describe, expect, it } from 'vitest';
import { bulk, clock, nothingChanged, OLD, RECENT, rowsOf, statuses } from '../support/bulk.ts';
import { json, otpctl } from '../support/cli.ts';
import { NEW_YEAR } from '../support/fixed.ts';
import { arrange } from '../support/signed.ts';
import { many, type Stocked, stocked } from '../support/stock.ts';

describe('the documented workflow', () => {
  const DOCUMENTED: readonly Stocked[] = [
    { user: 'admin', status: 'V', lastUsed: Date.UTC(2021, 9, 14, 6, 57) / 1000 },
    { user: 'ckelp', status: 'C', lastUsed: Date.UTC(2021, 9, 14, 6, 59, 33) / 1000 },
    { user: 'agatha', status: 'V' },
    { user: 'dilbert', status: 'V', lastUsed: Date.UTC(2022, 2, 9) / 1000 },
    { user: 'patricia', status: 'D', lastUsed: Date.UTC(2021, 5, 1) / 1000 },
    { user: 'franck', status: 'L', lastUsed: Date.UTC(2021, 5, 1) / 1000 },
    { user: 'edge', status: 'V', lastUsed: NEW_YEAR },
    { user: 'justAfter', status: 'V', lastUsed: NEW_YEAR + 1 },
  ];

  it('is one command, and disables what was last used by then, no more and no less', async () => {
    const { home, store } = await stocked(DOCUMENTED);
    const outcome = await bulk(home, 'disable-stale --unused-since 2022-01-01 --yes -o jsonl');
    expect(outcome.exit).toBe(0);
    expect(rowsOf(outcome).map(({ id, user, from, to, outcome: what }) => [id, user, from, to, what])).toEqual([
      ['1', 'admin', 'V', 'D', 'changed'],
      ['2', 'ckelp', 'C', 'D', 'changed'],
      ['7', 'edge', 'V', 'D', 'changed'],
    ]);
    expect(statuses(store)).toBe('DDVVDLDV');
    expect(outcome.stderr).toMatch(/cut-off: 2022-01-01T00:00:00Z \(20\d\d-\d\d-\d\d \d\d:\d\d:\d\d .+\)/);
    expect(outcome.stderr).toContain('1 device was never used, and left out');
    expect(outcome.stderr).toContain('warning: 2 users will be left without an enabled device');
    expect(outcome.stderr).toContain('run 1 finished: 3 changed; take it back with  otpctl bulk undo 1');
  });

  it('has each change in the audit log, with its reason and its ticket, and the log is whole', async () => {
    const { home } = await stocked(DOCUMENTED);
    await bulk(home, 'disable-stale --unused-since 2022-01-01 --yes --reason spring --ticket T-1');
    const entries = await json<object[]>(['audit', 'list', '--action', 'device.disable'], { home });
    expect(entries).toHaveLength(3);
    expect(entries[0]).toMatchObject({
      object: 'device 1 TOTP00000001 of admin',
      result: 'ok: enabled to disabled in run 1',
      reason: 'spring',
      ticket: 'T-1',
    });
    expect(await otpctl(['audit', 'verify'], { home })).toMatchObject({ exit: 0 });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
  });

  it('is taken back by undo, which is a run itself', async () => {
    const { home, store } = await stocked(DOCUMENTED);
    const before = statuses(store);
    await bulk(home, 'disable-stale --unused-since 2022-01-01 --yes');
    expect(await bulk(home, 'undo 1 --yes')).toMatchObject({ exit: 0 });
    expect(statuses(store)).toBe(before);
    expect(rowsOf(await bulk(home, 'runs -o jsonl'))).toMatchObject([
      { id: '2', command: 'undo 1', state: 'finished', counts: { changed: 3 } },
      { id: '1', command: 'disable-stale', state: 'finished', counts: { changed: 3 } },
    ]);
  });

  it('says the same in a dry run, which changes nothing and is no run', async () => {
    const { home } = await stocked(DOCUMENTED);
    const dry = rowsOf(await bulk(home, 'disable-stale --unused-since 2022-01-01 --dry-run -o jsonl'));
    await nothingChanged(home);
    const real = rowsOf(await bulk(home, 'disable-stale --unused-since 2022-01-01 --yes -o jsonl'));
    expect(dry.map((row) => ({ run: '1', ...row, outcome: 'changed' }))).toEqual(real);
    expect(new Set(dry.map(({ outcome }) => outcome))).toEqual(new Set(['planned']));
  });
});

describe('devices that were never used', () => {
  const devices: readonly Stocked[] = [
    { user: 'a', created: OLD },
    { user: 'b', created: RECENT },
    { user: 'c', created: OLD, lastUsed: OLD },
  ];
  it.each([
    ['', ['3']],
    ['--never-used exclude', ['3']],
    ['--never-used include', ['1', '3']],
    ['--never-used only', ['1']],
  ])('%s', async (option, ids) => {
    const { home } = await stocked(devices);
    const outcome = await bulk(home, `disable-stale --unused-for 90d ${option} --dry-run -q`);
    expect(outcome.stdout.trim().split('\n')).toEqual(ids);
  });
});

describe('a bad habit', () => {
  it.each([
    'disable-stale --unused-for 6m --yes',
    'disable-stale --unused-for 90 --yes',
    'disable-stale --unused-for 0d --yes',
    'disable-stale --unused-for -1d --yes',
    'disable-stale --unused-since 2026 --yes',
    'disable-stale --unused-since 2021-02-30 --yes',
    'disable-stale --unused-since 2021-01-01 --unused-for 1y --yes',
    'disable-stale --unused-since 2021-01-01 --status locked --yes',
    'disable-stale --yes',
    'disable-stale --unused-since 2022-01-01',
    'update --set-status disabled --status yes --yes',
    'update --set-status yes --filter user+pr --yes',
    'update --user user1 --yes',
    'update --set-status disabled --yes',
    'update --set-status disabled --never-used include --yes',
    'update --set-status disabled --from ids.txt --user user1 --yes',
    'update --set-status disabled --filter  --yes',
    'delete --yes',
    'delete --user user1',
    'disable-stale --unused-since 2022-01-01 --dry-run --plan-out p',
    'disable-stale --unused-since 2022-01-01 --plan-expires 1h --yes',
    'disable-stale --unused-since 2022-01-01 --plan-expires 9999y --plan-out p',
    'disable-stale --unused-since 2022-01-01 --journal runs.db --yes',
    'disable-stale --unused-since 2022-01-01 --report run.txt --yes',
    'disable-stale --unused-since 2022-01-01 --max-percent 101 --yes',
    'disable-stale --unused-since 2022-01-01 --concurrency 0 --yes',
  ])('%s  is exit 2, and changes nothing', async (line) => {
    const { home } = await stocked(many(3, { lastUsed: OLD }));
    const { exit, stdout, stderr } = await bulk(home, line);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain('error: ');
    await nothingChanged(home);
  });

  it('an empty filter is no filter, and one that says everything must say so', async () => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    const filtered = (filter: string) =>
      otpctl(['bulk', 'update', '--set-status', 'locked', '--filter', filter, '--yes'], { home, clock });
    expect(await filtered('')).toMatchObject({ exit: 2 });
    expect(await filtered(' ')).toMatchObject({ exit: 2 });
    await nothingChanged(home);
    expect(
      (
        await otpctl(
          ['bulk', 'update', '--set-status', 'locked', '--filter', 'id pr', '--last-device', 'warn', '--yes'],
          { home, clock },
        )
      ).exit,
    ).toBe(0);
    expect(statuses(store)).toBe('LLL');
  });

  it('a store that is not there is no empty company', async () => {
    const { home } = await stocked([]);
    const line = 'disable-stale --unused-since 2022-01-01 --yes --store nowhere.db';
    expect(await bulk(home, line)).toMatchObject({ exit: 2, stdout: '' });
  });

  it.each([
    ['far before', -9_000_000_000_000, 'last_used'],
    ['far after', 9_000_000_000_000, 'created'],
    ['far after', 9_000_000_000_000, 'last_used'],
  ])(
    'a date that nobody can read, %s all others, makes its device a row that failed, and never a stale one',
    async (_, time, column) => {
      const { home, store } = await stocked(many(4, { lastUsed: OLD }));
      arrange(store, `UPDATE devices SET ${column} = ${time} WHERE id = 2`);
      const line = 'disable-stale --unused-since 2022-01-01 --yes -o jsonl';
      const dry = await bulk(home, `${line} --dry-run`);
      expect(rowsOf(dry).map(({ id, outcome }) => [id, outcome])).toEqual([
        ['1', 'planned'],
        ['2', 'failed'],
        ['3', 'planned'],
        ['4', 'planned'],
      ]);
      const outcome = await bulk(home, line);
      expect(outcome.exit).toBe(6);
      expect(rowsOf(outcome).find(({ id }) => id === '2')).toMatchObject({
        user: 'user1',
        outcome: 'failed',
        reason: expect.stringContaining('a time that otpctl never wrote'),
      });
      expect(statuses(store)).toBe('DVDD');
      expect(await bulk(home, 'resume 1 --yes')).toMatchObject({ exit: 6 });
      expect(statuses(store)).toBe('DVDD');
    },
  );

  it('a creation that nobody can read of a device that was never used is a row that failed, where that is asked for', async () => {
    const { home, store } = await stocked([
      { user: 'a', created: OLD },
      { user: 'b', created: OLD },
      { user: 'c', lastUsed: OLD },
    ]);
    arrange(store, 'UPDATE devices SET created = 9000000000000 WHERE id = 2');
    const line = 'disable-stale --unused-since 2022-01-01 --dry-run -o jsonl';
    const found = async (how: string) =>
      rowsOf(await bulk(home, `${line} --never-used ${how}`)).map(({ id, outcome }) => [id, outcome]);
    expect(await found('exclude')).toEqual([['3', 'planned']]);
    expect(await found('only')).toEqual([
      ['1', 'planned'],
      ['2', 'failed'],
    ]);
    expect(await found('include')).toEqual([
      ['1', 'planned'],
      ['2', 'failed'],
      ['3', 'planned'],
    ]);
  });

  it.each(['update --set-status locked', 'delete'])(
    'neither does  %s --unused-since  leave such a device out',
    async (line) => {
      const { home, store } = await stocked(many(3, { lastUsed: OLD }));
      arrange(store, 'UPDATE devices SET last_used = 9000000000000 WHERE id = 2');
      const chosen = `${line} --unused-since 2022-01-01 --last-device warn -o jsonl`;
      expect(rowsOf(await bulk(home, `${chosen} --dry-run`)).map(({ id }) => id)).toEqual(['1', '2', '3']);
      const outcome = await bulk(home, `${chosen} --yes`);
      expect(outcome.exit).toBe(6);
      expect(
        rowsOf(outcome)
          .map(({ id, outcome: what }) => [id, what])
          .sort(),
      ).toEqual([
        ['1', 'changed'],
        ['2', 'failed'],
        ['3', 'changed'],
      ]);
    },
  );

  it('but one that was used in a future that a calendar has is not stale, and no failure', async () => {
    const { home } = await stocked([
      { user: 'a', lastUsed: Date.UTC(4000, 0) / 1000 },
      { user: 'b', lastUsed: OLD },
    ]);
    const outcome = await bulk(home, 'disable-stale --unused-since 2022-01-01 --yes -q');
    expect(outcome).toMatchObject({ exit: 0, stdout: '2\n' });
  });

  it('a store takes no text for a date, not even from somebody with the file', async () => {
    const { store } = await stocked(many(1, { lastUsed: OLD }));
    for (const column of ['last_used', 'created']) {
      expect(() => arrange(store, `UPDATE devices SET ${column} = 'some day'`)).toThrow(
        /cannot store TEXT value in INTEGER/,
      );
    }
  });

  it('a last use that nobody can read is neither before nor after a cut-off', async () => {
    const { home, store } = await stocked(many(60, { lastUsed: OLD }));
    arrange(store, 'UPDATE devices SET last_used = 9000000000000 WHERE id = 1');
    const outcome = await bulk(home, 'disable-stale --unused-for 90d --max-percent 100 --yes');
    expect(outcome).toMatchObject({ exit: 5, stderr: expect.stringContaining('--ignore-signal') });
    expect(statuses(store)).toBe('V'.repeat(60));
  });

  it('a device of a file whose date nobody can read is a row that failed', async () => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    arrange(store, 'UPDATE devices SET last_used = -9000000000000 WHERE id = 2');
    const outcome = await bulk(home, 'delete --from - --last-device warn --yes -o jsonl', { stdin: '1\n2\n' });
    expect(outcome.exit).toBe(6);
    expect(rowsOf(outcome)).toMatchObject([
      { id: '2', outcome: 'failed' },
      { id: '1', outcome: 'changed' },
    ]);
    expect(statuses(store)).toBe('VV');
  });
});
