import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { rowsOf, statuses } from '../support/bulk.ts';
import { NEW_YEAR } from '../support/fixed.ts';
import { program, ROOT } from '../support/process.ts';
import { DAY, many, stocked } from '../support/stock.ts';
import { TERMINAL_TEST, terminal, terminalOf } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

const STALE = ['bulk', 'disable-stale', '--unused-since', '2022-01-01', '--max-percent', '100', '--ignore-signal'];
const OLD = { lastUsed: NEW_YEAR - DAY };

it(
  'asks with the count, the first rows and what the guards found, and a no changes nothing',
  TERMINAL_TEST,
  async () => {
    const { home, store } = await stocked(many(13, OLD));
    const question = await terminal(STALE, { home, rows: 40, columns: 120 });

    const shown = await question.see('(y/N)');
    expect(shown).toContain('cut-off: 2022-01-01T00:00:00Z');
    expect(shown).toContain('disable 13 devices?');
    expect(shown).toContain(
      '1 TOTP00000001 of user0: enabled to disabled, last used 2021-12-31T00:00:00Z <= 2022-01-01',
    );
    expect(shown).toContain('10 TOTP00000010 of user9');
    expect(shown).not.toContain('TOTP00000011');
    expect(shown).toContain('and 3 more');
    expect(shown).toContain('warning: 13 users will be left without an enabled device');
    await question.press('n', 'Enter');

    expect(await question.exit()).toBe(130);
    expect(statuses(store)).toBe('V'.repeat(13));
    expect((await program(['bulk', 'runs', '-q'], { home })).stdout).toBe('');
  },
);

it('does it when the answer is yes', TERMINAL_TEST, async () => {
  const { home, store } = await stocked(many(3, OLD));
  const question = await terminal(STALE, { home, rows: 40, columns: 120 });

  await question.see('(y/N)');
  await question.press('y', 'Enter');

  expect(await question.exit()).toBe(0);
  await question.see('run 1 finished: 3 changed; take it back with otpctl bulk undo 1');
  expect(statuses(store)).toBe('DDD');
});

it('says before a deletion that it cannot be undone', TERMINAL_TEST, async () => {
  const { home, store } = await stocked(many(2, { ...OLD, status: 'D' }));
  const question = await terminal(['bulk', 'delete', '--status', 'disabled'], { home, rows: 40 });

  const shown = await question.see('(y/N)');
  expect(shown).toContain('delete for good 2 devices?');
  expect(shown).toContain('this cannot be undone');
  await question.press('C-c');

  expect(await question.exit()).toBe(130);
  expect(statuses(store)).toBe('DD');
});

it('has one line of progress that moves, while the rows go to a file', TERMINAL_TEST, async () => {
  const { home } = await stocked(many(400, OLD));
  const rows = join(home, 'rows.jsonl');
  const argv = [...STALE, '--rate', '100/s', '--yes', '-o', 'jsonl'];
  const running = await terminalOf('sh', ['-c', 'file=$1; shift; "$@" >"$file"', 'sh', rows, ...programOf(argv)], {
    home,
  });

  const transcript = await running.transcript('run 1 finished: 400 changed');
  expect(await running.exit()).toBe(0);
  const lines = [...transcript.matchAll(/\r([0-9]+) of 400 rows, ([0-9]+) a second, ([0-9]+) s left, 0 failed/g)];
  const counts = lines.map(([, done]) => Number(done));
  expect(counts.length).toBeGreaterThan(1);
  expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
  expect(await running.text()).not.toContain('of 400 rows');
});

it('finishes its batch at Ctrl-C, and says how to go on', TERMINAL_TEST, async () => {
  const { home, store } = await stocked(many(600, OLD));
  const rows = join(home, 'rows.jsonl');
  writeFileSync(rows, '');
  const argv = [...STALE, '--rate', '100/s', '--yes', '-o', 'jsonl'];
  const running = await terminalOf(
    'sh',
    ['-c', 'trap : INT; file=$1; shift; "$@" >"$file"', 'sh', rows, ...programOf(argv)],
    {
      home,
    },
  );

  await running.see(/[1-9][0-9]* of 600 rows/);
  await running.press('C-c');

  const shown = await running.see(/run 1 interrupted: .* resume 1/);
  expect(shown).toContain('go on with it with otpctl bulk resume 1');
  expect(await running.exit()).toBe(130);
  const changed = statuses(store).split('D').length - 1;
  expect(changed).toBeGreaterThan(0);
  expect(changed).toBeLessThan(600);
  expect(changed % 10).toBe(0);
  expect(rowsOf(await program(['bulk', 'runs', '-o', 'jsonl'], { home }))).toMatchObject([
    { state: 'interrupted', counts: { changed, waiting: 600 - changed } },
  ]);
  expect(await program(['bulk', 'resume', '1', '--yes', '-q'], { home })).toMatchObject({ exit: 0 });
  expect(statuses(store)).toBe('D'.repeat(600));
});

/** The built program as a command. */
function programOf(argv: readonly string[]): readonly string[] {
  return [process.execPath, join(ROOT, 'bin/otpctl.js'), ...argv];
}
