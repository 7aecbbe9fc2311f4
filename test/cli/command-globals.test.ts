import { describe, expect, it } from 'vitest';
import { takesGlobal } from '../../src/cli/parse/command-globals.ts';
import { GLOBAL_OPTIONS, type GlobalOptions } from '../../src/cli/parse/global-options.ts';
import { COMMANDS } from '../../src/cli/parse/registry.ts';
import { json, otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';

const VALUES: Partial<Record<keyof GlobalOptions, string>> = {
  profile: 'none',
  store: '/nonexistent/store.db',
  url: 'http://127.0.0.1:9',
  timeout: '1s',
  output: 'json',
  columns: 'id',
  reason: 'why',
  ticket: 'HD-7',
};

/** What each command may be asked with, besides what all take. */
const CHANGING =
  /^(?:device (?!list|show)|settings (?:set|unset|import|test)|user (?:set|remove|import)|apikey (?!list)|bulk (?!runs|show)|ds100 (?!list|show)|store (?:init|check|restore|key move|key rotate)|audit (?:prune|repair|export|list))/;
const ASKING =
  /^(?:device (?:enable|disable|lock|unlock|reset-fails|delete)|settings import|bulk (?!runs|show)|ds100 (?:enable|disable|clear-pin|delete)|store (?:check|restore|key rotate)|audit (?:prune|repair))/;

describe('an option of every command', () => {
  it.each(COMMANDS.map(({ name }) => name))('is exit 2 where  %s  has no use for it', async (name) => {
    const command = await COMMANDS.find((each) => each.name === name)?.load();
    if (command === undefined) throw new Error(name);
    const operands = command.arguments.filter((each) => each.name.startsWith('<')).map(() => 'x');
    for (const [key, { flags }] of Object.entries(GLOBAL_OPTIONS)) {
      if (takesGlobal(command, key as keyof GlobalOptions)) continue;
      const flag = /--[a-z-]+/.exec(flags)?.[0] ?? '';
      const value = VALUES[key as keyof GlobalOptions];
      const line = [...name.split(' '), ...operands, flag, ...(value === undefined ? [] : [value])];
      expect({ line, ...(await otpctl(line, { home: '/nonexistent' })) }).toEqual({
        line,
        exit: 2,
        stdout: '',
        stderr: `error: otpctl ${name} has no use for ${flag}\nhint: leave out  ${flag}\n`,
      });
    }
  });

  it.each(COMMANDS.map(({ name }) => name))('is taken by  %s  for what it does', async (name) => {
    const command = await COMMANDS.find((each) => each.name === name)?.load();
    if (command === undefined) throw new Error(name);
    const keeps = CHANGING.test(name);
    expect({ reason: takesGlobal(command, 'reason'), ticket: takesGlobal(command, 'ticket') }).toEqual({
      reason: keeps,
      ticket: keeps,
    });
    expect(takesGlobal(command, 'yes')).toBe(ASKING.test(name));
    // What takes a place takes all ways to name one.
    if (!name.startsWith('profile ')) {
      expect(takesGlobal(command, 'profile')).toBe(takesGlobal(command, 'store'));
      expect(takesGlobal(command, 'url')).toBe(takesGlobal(command, 'store'));
    }
  });

  it('finds entries of the log by ticket and by reason', async () => {
    const there = temporaryHome();
    const run = (...line: string[]) => otpctl(line, { home: there, stdin: '12345678' });
    await run('device', 'create', 'pin', '--user', 'ada', '--pin-stdin', '--ticket', 'HD-7');
    await run('device', 'lock', '1', '--ticket', 'HD-70', '--reason', 'Phone lost, says ada');
    await run('device', 'unlock', '1');
    const actions = async (...line: string[]) =>
      (await json<{ action: string }[]>(['audit', 'list', ...line], { home: there })).map(({ action }) => action);
    expect(await actions('--ticket', 'HD-7')).toEqual(['store.init', 'device.create']);
    expect(await actions('--reason', 'phone LOST')).toEqual(['device.lock']);
    expect(await actions('--ticket', 'HD-7', '--reason', 'phone')).toEqual([]);
  });
});
