import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeviceStatus } from '../../src/domain/device/device.ts';
import { planDigest, readPlan, writePlan } from '../../src/formats/plan-file.ts';
import { bulk, clock, nothingChanged, OLD, rowsOf, statuses } from '../support/bulk.ts';
import { otpctl } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { arrange } from '../support/signed.ts';
import { readRow, tamper } from '../support/sql.ts';
import { DAY, many, stocked } from '../support/stock.ts';

describe('a row that changed between selection and change', () => {
  it.each([
    ['used', `UPDATE devices SET last_used = ${NEW_YEAR} WHERE id = 2`, 'used meanwhile'],
    ['locked', `UPDATE devices SET status = 'L' WHERE id = 2`, 'its status changed meanwhile to L'],
    ['deleted', 'DELETE FROM devices WHERE id = 2', 'deleted meanwhile'],
  ])('is skipped when it was %s', async (_, sql, reason) => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    const plan = join(home, 'plan');
    expect((await bulk(home, `disable-stale --unused-for 90d --plan-out ${plan}`)).exit).toBe(0);
    arrange(store, sql);
    const outcome = await bulk(home, `apply ${plan} --yes -o jsonl`);
    expect(outcome.exit).toBe(0);
    expect(rowsOf(outcome).map(({ id, outcome: what, reason: why }) => [id, what, why])).toEqual([
      ['1', 'changed', undefined],
      ['2', 'skipped', reason],
      ['3', 'changed', undefined],
    ]);
  });
});

describe('a row of a run', () => {
  it.each([
    ['of another name', `name = 'TOTP00000009'`],
    ['of another user', `user = 'eve'`],
    ['whose id is another spelling', `device_id = '02'`],
    ['whose id is a number and more', `device_id = '2x'`],
  ])('%s than the device that it names changes nothing, and is logged as nothing', async (_what, change) => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    await bulk(home, 'disable-stale --unused-for 90d --yes');
    await bulk(home, 'undo 1 --yes');
    // As a run leaves it that was killed before its rows, in a journal that somebody wrote to.
    tamper(
      store,
      `UPDATE run_rows SET outcome = 'waiting', before_fails = NULL WHERE run = 1;
       UPDATE run_rows SET ${change} WHERE run = 1 AND position = 2`,
    );
    const before = (await otpctl(['audit', 'list', '-o', 'jsonl'], { home })).stdout.split('\n').length;
    const outcome = await bulk(home, 'resume 1 --yes -o jsonl');
    expect(rowsOf(outcome).map(({ outcome: what }) => what)).toEqual(['changed', 'skipped', 'changed']);
    expect(rowsOf(outcome)[1]?.['reason']).toMatch(/is another device|deleted meanwhile/);
    expect(statuses(store)).toBe('DVD');
    expect((await otpctl(['audit', 'list', '-o', 'jsonl'], { home })).stdout.split('\n').length).toBe(before + 2);
  });
});

describe('a plan', () => {
  it('that says a device twice is not what was written, whatever its digest', async () => {
    const { home } = await stocked(many(3, { lastUsed: OLD }));
    const plan = join(home, 'stale.plan');
    await bulk(home, `disable-stale --unused-for 90d --plan-out ${plan}`);
    const [, ...lines] = readFileSync(plan, 'utf8').trimEnd().split('\n');
    const body = lines.join('\n').replace('{"id":"1"', '{"id":"3","id":"1"');
    const said = `{"sha256":"${planDigest(Buffer.from(body))}"}\n${body}\n`;
    expect(() => readPlan(Buffer.from(said))).toThrow('the plan is damaged');
  });

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

  it.each([
    ['said to stay as it is', 'device enable 2 --reason returns'],
    ['changed, and changed back', 'device disable 2', 'device enable 2'],
    ['changed by a run that was undone', 'bulk update --set-status locked --filter @ --yes', 'bulk undo 1 --yes'],
  ])('leaves alone a device that was %s since it was made', async (_what, ...lines) => {
    const { home, store, path } = await planned();
    const later = fixedClock(clock.now() + 60);
    for (const line of lines) {
      const argv = line.split(' ').map((word) => word.replace('@', 'id eq "2"'));
      expect(await otpctl(argv, { home, clock: later })).toMatchObject({ exit: 0 });
    }
    const outcome = await bulk(home, `apply ${path} --yes -o jsonl`);
    expect(rowsOf(outcome).find(({ id }) => id === '2')).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringMatching(/^device\.\w+ was ordered since, in entry \d+ of the audit log$/),
    });
    expect(statuses(store)).toBe('DVD');
  });

  it('that was undone is not done again', async () => {
    const { home, store, path } = await planned();
    const later = fixedClock(clock.now() + 60);
    const run = (line: string) => otpctl(`bulk ${line}`.split(' '), { home, clock: later });
    await run(`apply ${path} --yes`);
    await run('undo 1 --yes');
    expect(await run(`apply ${path} --yes`)).toMatchObject({ exit: 0 });
    expect(statuses(store)).toBe('VVV');
  });

  it('changes exactly its rows, whatever became stale since', async () => {
    const { home, store, path } = await planned();
    arrange(
      store,
      'CREATE TEMP TABLE more AS SELECT * FROM devices WHERE id = 1; UPDATE more SET id = 9; INSERT INTO devices SELECT * FROM more',
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

  it.each([
    ['', { reason: 'nobody uses it', ticket: 'T-1' }],
    ['--ticket T-2', { reason: 'nobody uses it', ticket: 'T-2' }],
    ['--ticket T-2 --reason again', { reason: 'again', ticket: 'T-2' }],
  ])('keeps its reason and its ticket, unless others are given: "%s"', async (given, kept) => {
    const { home } = await stocked(many(3, { lastUsed: OLD }));
    const path = join(home, 'stale.plan');
    const stale = ['bulk', 'disable-stale', '--unused-for', '90d', '--plan-out', path];
    const { exit } = await otpctl([...stale, '--reason', 'nobody uses it', '--ticket', 'T-1'], { home, clock });
    expect(exit).toBe(0);
    expect(await bulk(home, `apply ${path} --yes ${given}`)).toMatchObject({ exit: 0 });
    const entries = await otpctl(['audit', 'list', '--limit', '3', '-o', 'jsonl'], { home, clock });
    expect(rowsOf(entries)).toEqual([kept, kept, kept].map((each) => expect.objectContaining(each)));
  });

  it('takes a device whose status nobody knows, as a server may have it', () => {
    const device = { id: '1', name: 'TOTP1', user: 'a', from: 'X' as DeviceStatus } as const;
    const rows = [{ kind: 'change', outcome: 'planned', ...device, to: 'D', rule: 'selected' }] as const;
    const limits = { maxPercent: 20, lastDevice: 'skip' } as const;
    const plan = { command: 'update', place: 'p', created: NEW_YEAR, expires: NEW_YEAR + DAY, limits, rows } as const;
    expect(readPlan(writePlan(plan))).toEqual(plan);
  });

  /** A plan that somebody changed, with the digest of what it says now. */
  const forged = (path: string, change: (body: string) => string) => {
    const [head = '', ...rest] = readFileSync(path, 'utf8').split('\n');
    const body = change(rest.join('\n'));
    const sha256 = planDigest(Buffer.from(body.replace(/\n$/, '')));
    writeFileSync(path, `${JSON.stringify({ ...JSON.parse(head), sha256 })}\n${body}`);
    return planDigest(readFileSync(path));
  };

  it.each([
    ['another device under the old name', (body: string) => body.replace('"id":"2"', '"id":"9"')],
    ['the device of another user', (body: string) => body.replace('"user":"user1"', '"user":"ada"')],
    [
      'another status',
      (body: string) => body.replaceAll('"to":"D"', '"to":"V"').replaceAll('"from":"V"', '"from":"D"'),
    ],
    ['another limit', (body: string) => body.replace('"maxPercent":20', '"maxPercent":100')],
    ['another end', (body: string) => body.replace(/"expires":"[^"]*"/, '"expires":"2099-01-01T00:00:00Z"')],
    ['another reason', (body: string) => body.replace('"limits"', '"reason":"asked for","limits"')],
  ])('of a store is refused where somebody made it say something else, digest and all: %s', async (_what, change) => {
    const { home, path } = await planned();
    const digest = forged(path, change);
    for (const given of ['', `--digest ${digest}`]) {
      const outcome = await bulk(home, `apply ${path} ${given} --yes -o json`);
      expect(outcome).toMatchObject({ exit: 5, stdout: '' });
      expect(JSON.parse(outcome.stderr).error).toMatchObject({
        code: 'plan-refused',
        message: expect.stringMatching(/not one that this store made|damaged/),
      });
    }
    await nothingChanged(home);
  });

  it.each([
    ['no seal', (head: Record<string, unknown>) => ({ sha256: head['sha256'] })],
    ['another seal', (head: Record<string, unknown>) => ({ ...head, mac: '0'.repeat(64) })],
    ['a seal that is none', (head: Record<string, unknown>) => ({ ...head, mac: 7 })],
  ])('of a store is refused with %s', async (_what, change) => {
    const { home, path } = await planned();
    const [head = '', ...rest] = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, [JSON.stringify(change(JSON.parse(head))), ...rest].join('\n'));
    expect(await bulk(home, `apply ${path} --yes`)).toMatchObject({ exit: 5 });
    await nothingChanged(home);
  });

  it('is sealed under a key of the store: a copy of the store takes it, and one with the same id and other keys does not', async () => {
    const { path, store } = await planned();
    const { home: other, store: theirs } = await stocked(many(3, { lastUsed: OLD }));
    tamper(theirs, `UPDATE store SET id = '${readRow(store, 'SELECT id FROM store')['id']}'`);
    expect((await bulk(other, `apply ${path} --yes`)).exit).not.toBe(0);
    expect(statuses(theirs)).toBe('VVV');
  });

  it.each([
    ['stays as it is', { command: 'update', from: 'D', to: 'D' }],
    ['is enabled by a run that disables', { command: 'disable-stale', from: 'L', to: 'V' }],
    ['is kept by a run that deletes', { command: 'delete', from: 'V', to: 'D' }],
    ['is deleted by a run that updates', { command: 'update', from: 'V', to: 'deleted' }],
  ] as const)('is damaged where a device %s', (_what, { command, from, to }) => {
    const device = { id: '1', name: 'TOTP1', user: 'a' };
    const rows = [{ kind: 'change', outcome: 'planned', ...device, from, to, rule: 'selected' }] as const;
    const limits = { maxPercent: 20, lastDevice: 'skip' } as const;
    const plan = { command, place: 'p', created: NEW_YEAR, expires: NEW_YEAR + DAY, limits, rows };
    expect(() => readPlan(writePlan(plan))).toThrow('the plan is damaged');
  });

  it('keeps its limits, and heeds the guards again', async () => {
    const { home, store, path } = await planned();
    expect(await bulk(home, `apply ${path} --max 2 --yes`)).toMatchObject({ exit: 5 });
    expect(statuses(store)).toBe('VVV');
  });
});
