import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, type Outcome, otpctl } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { readRow, tamper } from '../support/sql.ts';
import { DAY, many, type Stocked, stocked } from '../support/stock.ts';

const clock = fixedClock();
const OLD = NEW_YEAR - 400 * DAY;
const RECENT = NEW_YEAR - DAY;

const bulk = (home: string, line: string, more: object = {}): Promise<Outcome> =>
  otpctl(['bulk', ...line.split(' ').filter((word) => word !== '')], { home, clock, ...more });
const rowsOf = ({ stdout }: Outcome) =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const statuses = (store: string) =>
  String(
    readRow(store, `SELECT group_concat(status, '') AS all_of FROM (SELECT status FROM devices ORDER BY id)`)['all_of'],
  );
const nothingChanged = async (home: string) => {
  expect(rowsOf(await bulk(home, 'runs -o jsonl'))).toEqual([]);
  const entries = await json<{ action: string }[]>(['audit', 'list'], { home });
  expect(entries.map(({ action }) => action)).toEqual(['store.init']);
};

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
    expect(outcome.stderr).toContain('cut-off: 2022-01-01T00:00:00Z (');
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
    expect(dry.map((row) => ({ ...row, outcome: 'changed' }))).toEqual(real);
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

  it('a date that nobody can read is an error, and never old', async () => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    tamper(store, 'UPDATE devices SET last_used = -9000000000000 WHERE id = 2');
    const outcome = await bulk(home, 'disable-stale --unused-since 2022-01-01 --yes');
    expect(outcome).toMatchObject({ exit: 7, stdout: '' });
    expect(statuses(store)).toBe('VVV');
    await nothingChanged(home);
  });
});

describe('guards', () => {
  const recent = many(90, { lastUsed: RECENT }, 'active');
  const run = 'disable-stale --unused-for 90d --yes -o jsonl';
  const tripped = async (outcome: Outcome, home: string, option: string) => {
    expect(outcome.exit).toBe(5);
    expect(JSON.parse(outcome.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'guard-tripped', message: expect.stringContaining(option) },
    });
    await nothingChanged(home);
  };

  it('--max: a thousand without a terminal, and not one more', async () => {
    const more = many(5000, { lastUsed: RECENT }, 'active');
    const { home } = await stocked([...more, ...many(1001, { lastUsed: OLD })]);
    await tripped(await bulk(home, run), home, '--max N');
    const { home: other } = await stocked([...more, ...many(1000, { lastUsed: OLD })]);
    const outcome = await bulk(other, run);
    expect(outcome.exit).toBe(0);
    expect(rowsOf(outcome)).toHaveLength(1000);
  });

  it('--max-percent: a fifth of all devices, and not one more', async () => {
    const { home } = await stocked([...recent.slice(0, 80), ...many(21, { lastUsed: OLD })]);
    await tripped(await bulk(home, run), home, '--max-percent P');
    expect(await bulk(home, `${run} --max-percent 21`)).toMatchObject({ exit: 0 });
    const { home: other } = await stocked([...recent.slice(0, 80), ...many(20, { lastUsed: OLD })]);
    expect(await bulk(other, run)).toMatchObject({ exit: 0 });
  });

  it('counts all devices of the place, whatever is selected of them', async () => {
    const { home } = await stocked([...recent.slice(0, 80), ...many(20, { lastUsed: OLD, status: 'C' })]);
    expect(await bulk(home, `${run} --status created`)).toMatchObject({ exit: 0 });
  });

  it('signal: nobody was used after the cut-off, so nobody knows', async () => {
    const { home } = await stocked(many(50, { lastUsed: OLD }));
    const all = `${run} --max-percent 100`;
    await tripped(await bulk(home, all), home, '--ignore-signal');
    const { home: other } = await stocked([...many(50, { lastUsed: OLD }), { user: 'one', lastUsed: RECENT }]);
    expect(await bulk(other, all)).toMatchObject({ exit: 0 });
    const { home: few } = await stocked(many(49, { lastUsed: OLD }));
    expect(await bulk(few, all)).toMatchObject({ exit: 0 });
    expect(await bulk(home, `${all} --ignore-signal`)).toMatchObject({ exit: 0 });
  });

  it('signal: no device has a last use at all', async () => {
    const { home } = await stocked(many(60, { created: OLD }));
    await tripped(await bulk(home, `${run} --never-used only --max-percent 100`), home, '--ignore-signal');
  });

  it('names all that trip, under --dry-run too', async () => {
    const { home } = await stocked(many(60, { lastUsed: OLD }));
    const outcome = await bulk(home, 'disable-stale --unused-for 90d --max 10 --last-device refuse --dry-run -o jsonl');
    expect(rowsOf(outcome)).toHaveLength(60);
    for (const option of ['--max N', '--max-percent P', '--last-device', '--ignore-signal']) {
      await tripped(outcome, home, option);
    }
  });

  it('leave no plan behind when one trips', async () => {
    const { home } = await stocked(many(60, { lastUsed: OLD }));
    const plan = join(home, 'p');
    await tripped(
      await bulk(home, `disable-stale --unused-for 90d --plan-out ${plan} -o jsonl`),
      home,
      '--max-percent',
    );
    expect(existsSync(plan)).toBe(false);
  });

  describe('--last-device', () => {
    const devices: readonly Stocked[] = [
      { user: 'ada', lastUsed: OLD },
      { user: 'Ada', lastUsed: OLD + 5 },
      { user: 'ada', lastUsed: RECENT, status: 'C' },
      { user: 'bob', lastUsed: OLD },
      { user: 'bob', lastUsed: RECENT },
    ];
    const skip = 'update --set-status disabled --unused-for 90d --yes -o jsonl';

    it('skips and names the one that was used last, of users whose created ones do not count', async () => {
      const { home, store } = await stocked(devices);
      const outcome = await bulk(home, skip);
      expect(outcome.exit).toBe(0);
      expect(rowsOf(outcome).map(({ id, outcome: what, reason }) => [id, what, reason])).toEqual([
        ['2', 'skipped', 'the last enabled device of its user'],
        ['1', 'changed', undefined],
        ['4', 'changed', undefined],
      ]);
      expect(statuses(store)).toBe('DVCDV');
    });

    it('refuses, and only warns of a run about one user', async () => {
      const { home, store } = await stocked(devices);
      await tripped(await bulk(home, `${skip} --last-device refuse`), home, '--last-device');
      expect(await bulk(home, 'delete --user ada --yes')).toMatchObject({
        exit: 0,
        stderr: expect.stringContaining('warning: 1 user will be left without an enabled device'),
      });
      expect(statuses(store)).toBe('VV');
    });

    it('does not speak when another enabled one stays', async () => {
      const { home } = await stocked(devices.slice(3));
      expect((await bulk(home, `${skip} --last-device refuse`)).exit).toBe(0);
    });
  });
});

describe('a row that changed between selection and change', () => {
  it.each([
    ['used', `UPDATE devices SET last_used = ${NEW_YEAR} WHERE id = 2`, 'used meanwhile'],
    ['locked', `UPDATE devices SET status = 'L' WHERE id = 2`, 'its status changed meanwhile to L'],
    ['deleted', 'DELETE FROM devices WHERE id = 2', 'deleted meanwhile'],
  ])('is skipped when it was %s', async (_, sql, reason) => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    const plan = join(home, 'plan');
    expect((await bulk(home, `disable-stale --unused-for 90d --plan-out ${plan}`)).exit).toBe(0);
    tamper(store, sql);
    const outcome = await bulk(home, `apply ${plan} --yes -o jsonl`);
    expect(outcome.exit).toBe(0);
    expect(rowsOf(outcome).map(({ id, outcome: what, reason: why }) => [id, what, why])).toEqual([
      ['1', 'changed', undefined],
      ['2', 'skipped', reason],
      ['3', 'changed', undefined],
    ]);
  });
});

describe('a plan', () => {
  const planned = async () => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    const path = join(home, 'stale.plan');
    const { stdout } = await bulk(home, `disable-stale --unused-for 90d --plan-out ${path}`);
    return { home, store, path, digest: stdout.trim() };
  };

  it('changes nothing, is for its owner alone, and is done with its digest', async () => {
    const { home, store, path, digest } = await planned();
    await nothingChanged(home);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await bulk(home, `apply ${path} --digest ${digest} --yes`)).toMatchObject({ exit: 0 });
    expect(statuses(store)).toBe('DDD');
    expect(rowsOf(await bulk(home, 'show 1 -o jsonl'))[0]).toMatchObject({
      id: '1',
      rule: 'last used 400 d ago > 90 d',
    });
  });

  it('changes exactly its rows, whatever became stale since', async () => {
    const { home, store, path } = await planned();
    tamper(
      store,
      `INSERT INTO devices SELECT 9, external_id, name, name_fold, type, user, user_fold, status, status_before_lock, created, modified, last_used, fails, email, email_fold, phone, digits, algorithm, period, counter, last_step, drift, secret, key_id, last_channel FROM devices WHERE id = 1`,
    );
    await bulk(home, `apply ${path} --yes`);
    expect(statuses(store)).toBe('DDDV');
  });

  it.each([
    ['another digest', async ({ path }: { path: string }) => `apply ${path} --digest ${'0'.repeat(64)} --yes`],
    [
      'a changed byte',
      async ({ path }: { path: string }) => {
        writeFileSync(path, readFileSync(path, 'utf8').replace('"id":"2"', '"id":"7"'));
        return `apply ${path} --yes`;
      },
    ],
    [
      'a missing end',
      async ({ path }: { path: string }) => {
        writeFileSync(path, readFileSync(path, 'utf8').slice(0, -60));
        return `apply ${path} --yes`;
      },
    ],
    [
      'no plan at all',
      async ({ path }: { path: string }) => {
        writeFileSync(path, 'id,name\n1,x\n');
        return `apply ${path} --yes`;
      },
    ],
  ])('is refused with %s: exit 5, nothing changed', async (_, spoil) => {
    const plan = await planned();
    const outcome = await bulk(plan.home, `${await spoil(plan)} -o json`);
    expect(outcome).toMatchObject({ exit: 5, stdout: '' });
    expect(JSON.parse(outcome.stderr)).toMatchObject({ error: { code: 'plan-refused' } });
    await nothingChanged(plan.home);
  });

  it('is refused after its end, and not a second before', async () => {
    const { home, path, store } = await planned();
    const late = fixedClock(NEW_YEAR + DAY);
    expect(await bulk(home, `apply ${path} --yes`, { clock: late })).toMatchObject({ exit: 5 });
    expect(statuses(store)).toBe('VVV');
    late.set(NEW_YEAR + DAY - 1);
    expect(await bulk(home, `apply ${path} --yes`, { clock: late })).toMatchObject({ exit: 0 });
  });

  it('is refused at another place', async () => {
    const { path } = await planned();
    const { home: other } = await stocked(many(3, { lastUsed: OLD }));
    expect(await bulk(other, `apply ${path} --yes`)).toMatchObject({ exit: 5 });
    await nothingChanged(other);
  });

  it('keeps its limits, and heeds the guards again', async () => {
    const { home, store, path } = await planned();
    expect(await bulk(home, `apply ${path} --max 2 --yes`)).toMatchObject({ exit: 5 });
    expect(statuses(store)).toBe('VVV');
  });
});

describe('a run', () => {
  it('takes ids from stdin and from files, each once, and reports one that is not there: exit 6', async () => {
    const { home, store } = await stocked(many(5, { lastUsed: RECENT }));
    const file = join(home, 'ids.csv');
    writeFileSync(file, '\ufeffname,id\r\nx,2\r\ny,2\r\n');
    const warn = '--last-device warn --yes';
    expect(await bulk(home, `update --set-status disabled --from ${file} ${warn}`)).toMatchObject({ exit: 0 });
    expect(
      await bulk(home, `update --set-status locked --from - ${warn}`, { stdin: '{"id":"3"}\n{"id":4}\n' }),
    ).toMatchObject({ exit: 0 });
    expect(statuses(store)).toBe('VDLLV');
    const outcome = await bulk(home, `update --set-status disabled --from - ${warn} -o jsonl`, { stdin: '99\n1\n' });
    expect(outcome.exit).toBe(6);
    expect(rowsOf(outcome)).toMatchObject([
      { id: '99', outcome: 'failed', reason: 'there is no device 99' },
      { id: '1', outcome: 'changed' },
    ]);
    expect(statuses(store)).toBe('DDLLV');
  });

  it('with nothing to do is exit 0, and no run', async () => {
    const { home } = await stocked(many(3, { lastUsed: RECENT }));
    expect(await bulk(home, 'disable-stale --unused-for 90d --yes -o json')).toMatchObject({ exit: 0, stdout: '[]\n' });
    expect(await bulk(home, 'update --set-status enabled --from - --yes', { stdin: '' })).toMatchObject({ exit: 0 });
    await nothingChanged(home);
  });

  it('deletes for good, and undo says that it cannot bring that back', async () => {
    const { home, store } = await stocked([...many(2, { lastUsed: OLD, status: 'D' }), { user: 'x' }]);
    expect(await bulk(home, 'delete --status disabled --yes')).toMatchObject({ exit: 0 });
    expect(statuses(store)).toBe('V');
    const undo = await bulk(home, 'undo 1 --yes');
    expect(undo).toMatchObject({ exit: 0, stderr: expect.stringContaining('2 devices were deleted, and stay so') });
    expect(statuses(store)).toBe('V');
  });

  it('is undone to all that a device was, unless it was changed or used since', async () => {
    const { home, store } = await stocked([
      { user: 'a', status: 'L', statusBeforeLock: 'V', fails: 7, lastUsed: OLD },
      { user: 'b', status: 'C', fails: 2 },
      { user: 'c', status: 'V', lastUsed: OLD },
      { user: 'd', status: 'V', lastUsed: OLD },
    ]);
    const before = readRow(
      store,
      `SELECT json_group_array(json_array(status, status_before_lock, fails)) AS j FROM devices WHERE id < 3`,
    );
    await otpctl(
      ['bulk', 'update', '--set-status', 'disabled', '--filter', 'id pr', '--last-device', 'warn', '--yes'],
      { home, clock },
    );
    expect(statuses(store)).toBe('DDDD');
    tamper(
      store,
      `UPDATE devices SET status = 'V' WHERE id = 3; UPDATE devices SET last_used = ${NEW_YEAR} WHERE id = 4`,
    );
    const undo = await bulk(home, 'undo 1 --yes -o jsonl');
    expect(rowsOf(undo).map(({ id, outcome }) => [id, outcome])).toEqual([
      ['1', 'changed'],
      ['2', 'changed'],
      ['3', 'skipped'],
      ['4', 'skipped'],
    ]);
    expect(
      readRow(
        store,
        `SELECT json_group_array(json_array(status, status_before_lock, fails)) AS j FROM devices WHERE id < 3`,
      ),
    ).toEqual(before);
  });

  it('ends the codes that are under way on devices that it bars', async () => {
    const { home, store } = await stocked(many(2, { lastUsed: OLD }));
    tamper(store, `INSERT INTO challenges (device_id, id, created, expires) VALUES (1, 'x', 0, ${NEW_YEAR + DAY})`);
    await bulk(home, 'disable-stale --unused-for 90d --yes');
    expect(readRow(store, 'SELECT count(*) AS n FROM challenges')).toEqual({ n: 0 });
  });

  it('that nobody knows is exit 3', async () => {
    const { home } = await stocked([]);
    for (const line of ['show 1', 'undo x --yes', 'resume 1 --yes']) {
      expect(await bulk(home, `${line} -o json`)).toMatchObject({
        exit: 3,
        stderr: expect.stringContaining('run-not-found'),
      });
    }
  });

  it('that is finished has nothing to resume', async () => {
    const { home } = await stocked(many(3, { lastUsed: OLD }));
    await bulk(home, 'disable-stale --unused-for 90d --yes');
    expect(await bulk(home, 'resume 1 -o json')).toMatchObject({ exit: 0, stdout: '[]\n' });
  });

  it('shows all rows in a pipe of JSON lines, and of a table the first hundred', async () => {
    const { home } = await stocked([...many(150, { lastUsed: OLD }), ...many(900, { lastUsed: RECENT }, 'active')]);
    const table = await bulk(home, 'disable-stale --unused-for 90d --dry-run');
    expect(table.stdout.trim().split('\n')).toHaveLength(101);
    expect(table.stderr).toContain('50 more rows: see them with');
    expect(rowsOf(await bulk(home, 'disable-stale --unused-for 90d --dry-run -o jsonl'))).toHaveLength(150);
  });

  it('selects the same again with --as-of', async () => {
    const { home } = await stocked(many(3, { lastUsed: OLD }));
    const later = { clock: fixedClock(NEW_YEAR + 1000 * DAY) };
    const asOf = '--as-of 2021-01-01T00:00:00Z --dry-run -q';
    expect((await bulk(home, `disable-stale --unused-for 90d ${asOf}`, later)).stdout).toBe('');
    expect((await bulk(home, `update --set-status locked --unused-for 90d ${asOf}`, later)).stdout).toBe('');
    expect((await bulk(home, 'disable-stale --unused-for 90d --dry-run -q', later)).stdout).toBe('1\n2\n3\n');
  });

  it('is reported as JSON and as JUnit', async () => {
    const { home } = await stocked([
      { user: 'a<&"\u0001', lastUsed: OLD },
      { user: 'b', lastUsed: OLD },
    ]);
    const [asJson, asXml] = [join(home, 'r.json'), join(home, 'r.xml')];
    await bulk(home, `update --set-status disabled --unused-for 90d --yes --report ${asJson}`);
    await bulk(home, `show 1 --report ${asXml}`);
    expect(JSON.parse(readFileSync(asJson, 'utf8'))).toMatchObject({
      command: 'update',
      run: '1',
      counts: { skipped: 2 },
    });
    const xml = readFileSync(asXml, 'utf8');
    expect(xml).toContain('tests="2" failures="0" errors="0" skipped="2"');
    expect(xml).toContain('of a&lt;&amp;&quot;\\u{1}: ');
  });
});
