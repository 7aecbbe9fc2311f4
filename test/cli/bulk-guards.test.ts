import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bulk, nothingChanged, OLD, RECENT, rowsOf, statuses } from '../support/bulk.ts';
import type { Outcome } from '../support/cli.ts';
import { NEW_YEAR } from '../support/fixed.ts';
import { DAY, many, type Stocked, stocked } from '../support/stock.ts';

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

  it('--max-percent: from fifty devices up, whatever part of fewer there is', async () => {
    const { home } = await stocked([...recent.slice(0, 39), ...many(11, { lastUsed: OLD })]);
    await tripped(await bulk(home, run), home, '--max-percent P');
    expect(await bulk(home, `${run} --max-percent 22`)).toMatchObject({ exit: 0 });
    const { home: fewer } = await stocked([...recent.slice(0, 38), ...many(11, { lastUsed: OLD })]);
    expect(await bulk(fewer, run)).toMatchObject({ exit: 0 });
    const { home: all } = await stocked(many(49, { lastUsed: OLD }));
    expect(rowsOf(await bulk(all, run))).toHaveLength(49);
  });

  it('--max N: N, and not one more', async () => {
    const { home, store } = await stocked(many(3, { lastUsed: OLD }));
    await tripped(await bulk(home, `${run} --max 2`), home, '--max N');
    expect(await bulk(home, `${run} --max 3`)).toMatchObject({ exit: 0 });
    expect(statuses(store)).toBe('DDD');
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

  it('signal: one that was used at the cut-off itself was not used after it', async () => {
    const cutOff = NEW_YEAR - 90 * DAY;
    const all = `${run} --max-percent 100`;
    const { home } = await stocked([...many(49, { lastUsed: OLD }), { user: 'edge', lastUsed: cutOff }]);
    await tripped(await bulk(home, all), home, '--ignore-signal');
    const { home: other } = await stocked([...many(49, { lastUsed: OLD }), { user: 'edge', lastUsed: cutOff + 1 }]);
    expect(rowsOf(await bulk(other, all))).toHaveLength(49);
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
    const change = 'update --set-status disabled --unused-for 90d --yes -o jsonl';

    it('skips and names the one that was used last, of users whose created ones do not count', async () => {
      const { home, store } = await stocked(devices);
      const outcome = await bulk(home, `${change} --last-device skip`);
      expect(outcome.exit).toBe(0);
      expect(rowsOf(outcome).map(({ id, outcome: what, reason }) => [id, what, reason])).toEqual([
        ['2', 'skipped', 'the last enabled device of its user'],
        ['1', 'changed', undefined],
        ['4', 'changed', undefined],
      ]);
      expect(statuses(store)).toBe('DVCDV');
    });

    it('refuses', async () => {
      const { home } = await stocked(devices);
      await tripped(await bulk(home, `${change} --last-device refuse`), home, '--last-device');
    });

    it.each([
      [change],
      ['disable-stale --unused-for 90d --yes --ignore-signal'],
      ['delete --unused-for 90d --yes'],
      ['delete --user ada --yes'],
    ])('warns where nothing else is said: %s', async (line) => {
      const { home, store } = await stocked(devices);
      const before = statuses(store);
      expect(await bulk(home, line)).toMatchObject({
        exit: 0,
        stderr: expect.stringMatching(/warning: \d users? will be left without an enabled device/),
      });
      expect(statuses(store)).not.toBe(before);
    });

    it('does not speak when another enabled one stays', async () => {
      const { home } = await stocked(devices.slice(3));
      expect((await bulk(home, `${change} --last-device refuse`)).exit).toBe(0);
    });

    it.each([
      ['C', true],
      ['L', true],
      ['D', true],
      ['V', false],
    ] as const)('takes one in status %s beside it for none: %s', async (status, trips) => {
      const { home } = await stocked([
        { user: 'ada', lastUsed: OLD },
        { user: 'ada', lastUsed: RECENT, status },
      ]);
      const outcome = await bulk(home, `${change} --last-device refuse`);
      if (trips) await tripped(outcome, home, '--last-device');
      else expect(outcome.exit).toBe(0);
    });
  });
});
