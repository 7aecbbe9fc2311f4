import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/parse/registry.ts';
import { temporaryHome } from '../support/home.ts';
import { program, ROOT } from '../support/process.ts';
import { terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

describe('the built program', () => {
  it('finds every part that it loads on demand', async () => {
    const home = temporaryHome();
    const run = async (...argv: string[]) => {
      const { exit, stdout, stderr } = await program(argv, { home });
      expect({ argv, exit, stderr }).toEqual({ argv, exit: 0, stderr: expect.not.stringContaining('bug') });
      return stdout;
    };
    await run('store', 'init');
    await run('device', 'create', 'totp', '--user', '李小龍', '--show-secret', '--qr', 'always');
    await run('device', 'create', 'totp', '--user', 'ada', '--qr-file', join(home, 'ada.png'), '-o', 'json');
    await run('device', 'create', 'hotp', '--user', 'ada', '--qr-file', join(home, 'ada.svg'));
    for (const format of ['table', 'json', 'jsonl', 'csv']) {
      for (const line of [
        'device list',
        'device show 1',
        'audit list',
        'audit verify',
        'store info',
        'store check',
        'store migrate',
      ]) {
        await run(...line.split(' '), '-o', format);
      }
    }
    expect(await run('device', 'list')).toMatch(/^1 {3}TOTP00000001 {2}TOTP {2}李小龍 {2}created/m);
    await run('device', 'list', '--filter', 'user eq "李小龍"', '--explain');
    for (const verb of ['challenge', 'enable', 'lock', 'unlock', 'disable', 'reset-fails'])
      await run('device', verb, '1');
    await run('audit', 'export');
    await run('device', 'delete', '1', '--yes');
    for (const { name } of COMMANDS) await run(...name.split(' '), '--help');
  });

  it('colours a table on a terminal', async (context) => {
    needs(context, 'tmux');
    const home = temporaryHome();
    await program(['device', 'create', 'totp', '--user', '李小龍', '--show-secret'], { home });
    const screen = await terminal(['device', 'list'], { home, columns: 60 });
    await screen.see('李小龍');
    expect(await screen.exit()).toBe(0);
    expect(await screen.drawing()).toContain('\u001b[33mcreated');
  });

  it.each(['20.20.2', '24.14.9', '8.17.0'])('says in one sentence that Node %s is too old', async (version) => {
    const script = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require('./dist/main.cjs')`;
    const outcome = spawnSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
    expect({ status: outcome.status, stdout: outcome.stdout, stderr: outcome.stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `error: otpctl needs Node 24.15 or later, and this is ${version}\n`,
    });
  });
});
