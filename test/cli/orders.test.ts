import { describe, expect, it } from 'vitest';
import { bulk, clock, OLD, rowsOf, statuses } from '../support/bulk.ts';
import { json, otpctl } from '../support/cli.ts';
import { tamper } from '../support/sql.ts';
import { many, stocked } from '../support/stock.ts';

type Entry = Record<string, string | undefined>;

const device = (home: string, line: string, ...more: string[]) =>
  otpctl(['device', ...line.split(' '), ...more], { home, clock });
const entries = (home: string, id: string) => json<Entry[]>(['audit', 'list', '--device', id], { home });

describe('an order about a device that is there already', () => {
  it.each([
    ['disable', 'D', 'device.disable', 'ok: disabled already'],
    ['lock', 'L', 'device.lock', 'ok: locked already'],
    ['enable', 'V', 'device.enable', 'ok: enabled already'],
    ['unlock', 'V', 'device.unlock', 'ok: enabled already'],
    ['unlock', 'C', 'device.unlock', 'ok: created already'],
    ['reset-fails', 'V', 'device.reset-fails', 'ok: 0 already'],
  ] as const)(
    'is a success that changes nothing, and has its entry: %s of %s',
    async (verb, status, action, result) => {
      const { home, store } = await stocked([{ user: 'a', status, lastUsed: OLD }]);
      const before = (await device(home, 'show 1 -o json')).stdout;
      const outcome = await device(home, `${verb} 1 -o json`, '--reason', 'stolen', '--ticket', 'T-1');
      expect(outcome).toMatchObject({ exit: 0, stderr: '' });
      expect((await device(home, 'show 1 -o json')).stdout).toBe(before);
      expect(statuses(store)).toBe(status);
      expect(await entries(home, '1')).toMatchObject([{ action, result, reason: 'stolen', ticket: 'T-1' }]);
      expect(await otpctl(['audit', 'verify'], { home })).toMatchObject({ exit: 0 });
    },
  );

  it('has its entry also where it is about the address, and says why', async () => {
    const { home } = await stocked([{ user: 'a', lastUsed: OLD }]);
    await bulk(home, 'disable-stale --unused-for 90d --last-device warn --yes');
    await device(home, 'update 1 --email a@example.com');
    expect(await entries(home, '1')).toHaveLength(1);
    await device(home, 'update 1 --email a@example.com', '--reason', 'asked by phone');
    expect((await entries(home, '1')).at(-1)).toMatchObject({
      action: 'device.update',
      result: 'ok: the same already',
      reason: 'asked by phone',
    });
  });

  it('by several names and by a user has an entry for each device', async () => {
    const { home } = await stocked(many(3, { status: 'D', lastUsed: OLD }));
    await device(home, 'disable 1 2 3', '--reason', 'stolen');
    for (const id of ['1', '2', '3']) expect(await entries(home, id)).toMatchObject([{ reason: 'stolen' }]);
  });

  it('without a reason has an entry where a run made the device what it is, once', async () => {
    const { home } = await stocked(many(2, { lastUsed: OLD }));
    await bulk(home, 'disable-stale --unused-for 90d --yes');
    for (const _ of [1, 2]) await device(home, 'disable 2');
    expect((await entries(home, '2')).map(({ result }) => result).sort()).toEqual([
      'ok: disabled already',
      'ok: enabled to disabled in run 1',
    ]);
  });

  it.each([
    ['D', 'disabled', '--user u --reason stolen', '', 'device.disable', 'stolen'],
    ['L', 'locked', '--filter status_pr --ticket T-1', '', 'device.lock', undefined],
    ['V', 'enabled', '--from - --reason meant', '1\n2\n', 'device.enable', 'meant'],
    ['C', 'created', '--type email --reason meant', '', 'device.update', 'meant'],
  ] as const)(
    'has its entry also from  bulk update,  once for each device: %s',
    async (status, word, line, stdin, action, reason) => {
      const { home, store } = await stocked([
        { user: 'u', status, lastUsed: OLD },
        { user: 'u', status: status === 'D' ? 'V' : 'D', lastUsed: OLD },
      ]);
      const given = line.split(' ').map((each) => each.replace('_', ' '));
      const argv = [
        'bulk',
        'update',
        '--set-status',
        word,
        ...given,
        '--max-percent',
        '100',
        '--last-device',
        'warn',
        '--yes',
      ];
      expect(await otpctl([...argv, '--dry-run'], { home, clock, stdin })).toMatchObject({ exit: 0 });
      expect(await entries(home, '1')).toEqual([]);
      expect(await otpctl(argv, { home, clock, stdin })).toMatchObject({ exit: 0 });
      expect(statuses(store)).toBe(`${status}${status}`);
      expect(await entries(home, '1')).toMatchObject([
        { action, result: `ok: ${word} already`, ...(reason && { reason }) },
      ]);
      expect(await entries(home, '2')).toHaveLength(1);
    },
  );

  it('is in no entry where a run by selection finds it', async () => {
    const { home } = await stocked(many(3, { status: 'D', lastUsed: OLD }));
    await otpctl(['bulk', 'update', '--set-status', 'disabled', '--filter', 'id pr', '--yes'], { home, clock });
    expect(await json(['audit', 'list'], { home })).toHaveLength(1);
  });
});

describe('bulk undo', () => {
  it.each(['disable', 'disable --reason stolen', 'reset-fails'])(
    'leaves alone what somebody ordered since, though it was so already, and says why: %s',
    async (order) => {
      const { home, store } = await stocked(many(4, { lastUsed: OLD }));
      await bulk(home, 'disable-stale --unused-for 90d --yes');
      const [verb = '', ...more] = order.split(' ');
      await device(home, `${verb} 3`, ...more);
      const outcome = await bulk(home, 'undo 1 --yes -o jsonl');
      expect(outcome.exit).toBe(0);
      expect(rowsOf(outcome).find(({ id }) => id === '3')).toMatchObject({
        outcome: 'skipped',
        reason: `device.${verb} was ordered since, in entry 6 of the audit log`,
      });
      expect(statuses(store)).toBe('VVDV');
    },
  );

  it.each(['--user user2 --reason stolen', '--from -'])(
    'leaves alone what  bulk update  named since: %s',
    async (line) => {
      const { home, store } = await stocked(many(4, { lastUsed: OLD }));
      await bulk(home, 'disable-stale --unused-for 90d --yes');
      const argv = ['bulk', 'update', '--set-status', 'disabled', ...line.split(' '), '--yes'];
      expect(await otpctl(argv, { home, clock, stdin: '3\n' })).toMatchObject({ exit: 0 });
      await bulk(home, 'undo 1 --yes');
      expect(statuses(store)).toBe('VVDV');
    },
  );

  it('of a run that locked or enabled goes by the same', async () => {
    for (const [status, word, verb, left] of [
      ['V', 'locked', 'lock', 'L'],
      ['D', 'enabled', 'enable', 'V'],
      ['L', 'enabled', 'unlock', 'V'],
    ] as const) {
      const { home, store } = await stocked(many(2, { status, lastUsed: OLD }));
      const line = ['bulk', 'update', '--set-status', word, '--filter', 'id pr', '--last-device', 'warn', '--yes'];
      expect(await otpctl(line, { home, clock })).toMatchObject({ exit: 0 });
      await device(home, `${verb} 2`, '--reason', 'meant');
      await bulk(home, 'undo 1 --yes');
      expect(statuses(store)).toBe(`${status}${left}`);
    }
  });

  it('leaves alone what was ordered since also where the entries of the run were pruned', async () => {
    const { home, store } = await stocked(many(2, { lastUsed: OLD }));
    await bulk(home, 'disable-stale --unused-for 90d --yes');
    await device(home, 'disable 2', '--reason', 'stolen');
    tamper(
      store,
      `INSERT INTO audit_floor SELECT 1, seq, mac, x'' FROM audit WHERE seq = 3;
       DELETE FROM audit WHERE seq <= 3`,
    );
    await bulk(home, 'undo 1 --yes');
    expect(statuses(store)).toBe('VD');
  });

  it('is not kept from what was ordered before the run', async () => {
    const { home, store } = await stocked(many(2, { lastUsed: OLD }));
    await device(home, 'enable 2', '--reason', 'before');
    await bulk(home, 'disable-stale --unused-for 90d --yes');
    await bulk(home, 'undo 1 --yes');
    expect(statuses(store)).toBe('VV');
  });
});
