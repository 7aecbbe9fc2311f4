import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bulk, clock, nothingChanged, OLD, RECENT, rowsOf, statuses } from '../support/bulk.ts';
import { otpctl } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { arrange } from '../support/signed.ts';
import { readRow } from '../support/sql.ts';
import { DAY, many, stocked } from '../support/stock.ts';

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

  it.each([
    ['1,2,3\n', 'stdin has no column "id"'],
    ['TOTP00000001\n', 'stdin has no column "id"'],
    ['1\n2\n# three\n', 'stdin has no column "id"'],
    ['name,user\n', 'stdin has no column "id"'],
    ['id,id\n1,2\n', 'the column "id" is there twice in stdin'],
  ])('takes no file without ids for an empty one: %j', async (stdin, message) => {
    const { home } = await stocked(many(3, { lastUsed: RECENT }));
    const outcome = await bulk(home, 'update --set-status locked --from - --last-device warn --yes', { stdin });
    expect(outcome).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: expect.stringContaining(`error: ${message}\nhint: `),
    });
    await nothingChanged(home);
  });

  it('is not taken back from a device that was changed since, though it is again what the run made of it', async () => {
    const { home, store } = await stocked(many(4, { lastUsed: OLD }));
    expect(await bulk(home, 'disable-stale --unused-for 90d --yes')).toMatchObject({ exit: 0 });
    for (const verb of ['enable', 'disable']) await otpctl(['device', verb, '3'], { home, clock });
    const outcome = await bulk(home, 'undo 1 --yes -o jsonl');
    expect(rowsOf(outcome).map(({ id, outcome: what, reason }) => [id, what, reason])).toEqual([
      ['1', 'changed', undefined],
      ['2', 'changed', undefined],
      ['3', 'skipped', 'changed meanwhile'],
      ['4', 'changed', undefined],
    ]);
    expect(statuses(store)).toBe('VVDV');
    // The undo is a run of its own, and what was changed since that is left alone as well.
    for (const verb of ['disable', 'enable']) await otpctl(['device', verb, '1'], { home, clock });
    await bulk(home, 'undo 2 --yes');
    expect(statuses(store)).toBe('VDDD');
  });

  it('is not taken back from such a device either when the rest of the run was changed after that', async () => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    await bulk(home, 'disable-stale --unused-for 90d --yes');
    // As a run leaves it that was killed before its first row, and after the others.
    arrange(
      store,
      `UPDATE run_rows SET outcome = 'waiting' WHERE position = 1; UPDATE devices SET status = 'V' WHERE id = 1;
       DELETE FROM audit WHERE device_id = '1' AND action = 'device.disable'`,
    );
    for (const verb of ['enable', 'disable']) await otpctl(['device', verb, '3'], { home, clock });
    await bulk(home, 'resume 1 --yes');
    expect(statuses(store)).toBe('DDD');
    await bulk(home, 'undo 1 --yes');
    expect(statuses(store)).toBe('VVD');
  });

  it('deletes for good, and undo says that it cannot bring that back', async () => {
    const { home, store } = await stocked([...many(2, { lastUsed: OLD, status: 'D' }), { user: 'x' }]);
    expect(await bulk(home, 'delete --status disabled --yes')).toMatchObject({ exit: 0 });
    expect(statuses(store)).toBe('V');
    const undo = await bulk(home, 'undo 1 --yes');
    expect(undo).toMatchObject({ exit: 0, stderr: expect.stringContaining('2 devices were deleted, and stay so') });
    expect(statuses(store)).toBe('V');
  });

  it('of one device is told of as one', async () => {
    const { home } = await stocked([{ user: 'a', lastUsed: OLD }]);
    const plan = await bulk(home, `disable-stale --unused-for 90d --plan-out ${join(home, 'p')}`);
    expect(plan.stderr).toContain('a plan for 1 device, until ');
    expect((await otpctl(['audit', 'verify'], { home })).stdout).toBe('the audit log is whole: 1 entry\n');
    expect((await otpctl(['doctor'], { home, clock })).stdout).toMatch(/: 1 device, schema /);
    await bulk(home, 'delete --unused-for 90d --last-device warn --yes');
    expect((await bulk(home, 'undo 1 --yes')).stderr).toContain('one device was deleted, and stays so\n');
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
    arrange(
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
    arrange(store, `INSERT INTO challenges (device_id, id, created, expires) VALUES (1, 'x', 0, ${NEW_YEAR + DAY})`);
    await bulk(home, 'disable-stale --unused-for 90d --yes');
    expect(readRow(store, 'SELECT count(*) AS n FROM challenges')).toEqual({ n: 0 });
  });

  it('ends the positions that are asked for on devices that it bars, and remembers them', async () => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    for (const id of [1, 3]) {
      const values = `${id}, 'x', ${NEW_YEAR}, ${NEW_YEAR + 300}, '[1,4,7]'`;
      arrange(store, `INSERT INTO challenges (device_id, id, created, expires, positions) VALUES (${values})`);
    }
    arrange(store, `UPDATE devices SET last_used = ${NEW_YEAR} WHERE id = 3`);
    await bulk(home, 'disable-stale --unused-for 90d --yes');
    const rows = 'SELECT json_group_array(json_array(device_id, expires - created, positions)) AS j FROM challenges';
    expect(JSON.parse(String(readRow(store, rows)?.['j']))).toEqual([
      [1, -1, '[1,4,7]'],
      [3, 300, '[1,4,7]'],
    ]);
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
    await bulk(home, `update --set-status disabled --unused-for 90d --last-device skip --yes --report ${asJson}`);
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
