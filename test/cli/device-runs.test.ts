import { describe, expect, it } from 'vitest';
import { bulk, clock, rowsOf, statuses } from '../support/bulk.ts';
import { json, otpctl } from '../support/cli.ts';
import { stocked } from '../support/stock.ts';

const THREE = [
  { user: 'ada', status: 'V' as const, fails: 2 },
  { user: 'ada', status: 'C' as const },
  { user: 'ada', status: 'D' as const },
];
const run = (home: string, line: string, more: object = {}) => otpctl(line.split(' '), { home, clock, ...more });

describe('a change of the status of several devices', () => {
  it.each([
    ['device disable --user ada --all', 'VCD', 'DDD'],
    ['device enable 1 2 3', 'VCD', 'VVV'],
    ['device lock 1 2', 'VCD', 'LLD'],
  ])('is a run that can be taken back: %s', async (line, before, after) => {
    const { home, store } = await stocked(THREE);
    expect(statuses(store)).toBe(before);
    const { exit, stderr } = await run(home, line);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: 'run 1: take it back with  otpctl bulk undo 1\n' });
    expect(statuses(store)).toBe(after);
    expect(await bulk(home, 'undo 1 --yes')).toMatchObject({ exit: 0 });
    expect(statuses(store)).toBe(before);
    expect((await run(home, 'audit verify')).exit).toBe(0);
  });

  it('takes what was locked back to what it was, and an undo locks it again as it was', async () => {
    const { home, store } = await stocked([
      { user: 'ada', status: 'L', statusBeforeLock: 'V', fails: 10 },
      { user: 'bob', status: 'L', statusBeforeLock: 'C', fails: 3 },
    ]);
    expect(await json<object[]>(['device', 'unlock', '1', '2'], { home, clock })).toMatchObject([
      { id: '1', status: 'V', fails: 0 },
      { id: '2', status: 'C', fails: 0 },
    ]);
    const actions = (await json<{ action: string }[]>(['audit', 'list'], { home })).map(({ action }) => action);
    expect(actions.slice(-2)).toEqual(['device.unlock', 'device.unlock']);
    await bulk(home, 'undo 1 --yes');
    expect(statuses(store)).toBe('LL');
    expect((await run(home, 'device unlock 1')).exit).toBe(0);
    expect(statuses(store)).toBe('VL');
  });

  it('keeps reason and ticket, prints the devices, and one that refuses is exit 6', async () => {
    const { home } = await stocked(THREE);
    const line = 'device lock - -o json --reason audit --ticket HD-7';
    const { exit, stdout, stderr } = await run(home, line, { stdin: '1\n3\n2\n' });
    expect(exit).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: '1', status: 'L' },
      { id: '2', status: 'L' },
    ]);
    expect(stderr).toContain('device EMAIL00000003 is disabled'.replace('EMAIL00000003', 'TOTP00000003'));
    const entries = await json<object[]>(['audit', 'list', '--ticket', 'HD-7'], { home });
    expect(entries).toMatchObject([
      { action: 'device.lock', result: 'ok: enabled to locked in run 1', reason: 'audit' },
      { action: 'device.lock', result: 'ok: created to locked in run 1' },
    ]);
  });

  it('is no run where all are there already, and where all refuse', async () => {
    const { home } = await stocked(THREE);
    expect(await run(home, 'device enable 1 3')).toMatchObject({ exit: 0 });
    expect(await run(home, 'device enable 1 3')).toMatchObject({ exit: 0, stderr: '' });
    await run(home, 'device disable 1 3');
    expect((await run(home, 'device unlock 1 3')).exit).toBe(5);
    expect(rowsOf(await bulk(home, 'runs -o jsonl')).map(({ id }) => id)).toEqual(['2', '1']);
  });

  it('changes nothing with --dry-run, of one device too', async () => {
    const { home, store } = await stocked(THREE);
    for (const [line, count] of [
      ['device disable --user ada --all', 2],
      ['device disable 1', 1],
    ] as const) {
      const { exit, stdout, stderr } = await run(home, `${line} --dry-run -o json`);
      expect({ exit, rows: JSON.parse(stdout).length }).toEqual({ exit: 0, rows: count });
      expect(stderr).toContain('nothing was changed');
    }
    expect((await run(home, 'device lock 1 3 --dry-run')).exit).toBe(6);
    expect(statuses(store)).toBe('VCD');
    expect(rowsOf(await bulk(home, 'runs -o jsonl'))).toEqual([]);
  });
});

describe('a change of the status of one device', () => {
  it.each([
    [1, 'disable', 'otpctl device enable 1'],
    [1, 'lock', 'otpctl device unlock 1'],
    [3, 'enable', 'otpctl device disable 3'],
    [2, 'enable', `otpctl bulk update --set-status created --filter 'id eq "2"'`],
  ])('says how it is taken back: %i %s', async (id, verb, command) => {
    const { home, store } = await stocked(THREE);
    expect(await run(home, `device ${verb} ${id}`)).toMatchObject({
      exit: 0,
      stderr: `take it back with  ${command}\n`,
    });
    const words =
      command
        .replace(/^otpctl /, '')
        .match(/'[^']*'|\S+/g)
        ?.map((word) => word.replaceAll("'", '')) ?? [];
    expect((await otpctl([...words, ...(words[0] === 'bulk' ? ['--yes'] : [])], { home, clock })).exit).toBe(0);
    expect(statuses(store)).toBe('VCD');
  });

  it('says nothing where nothing was changed', async () => {
    const { home } = await stocked(THREE);
    expect(await run(home, 'device enable 1')).toMatchObject({ exit: 0, stderr: '' });
  });
});
