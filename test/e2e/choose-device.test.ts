import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program, ROOT } from '../support/process.ts';
import { TERMINAL_TEST, terminal, terminalOf } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

const QUESTION = '? user "ada" has 3 devices: which one?';

it('asks which device of a user is meant, and shows the one that the arrow keys chose', TERMINAL_TEST, async () => {
  const home = await homeOfAda();
  const choice = await terminal(['device', 'show', '--user', 'ada'], { home });

  const shown = await choice.see(QUESTION);
  expect(shown).toMatch(/❯ 1 TOTP00000001 TOTP ada created 2 HOTP00000002 HOTP ada created 3 TOTP00000003 /);
  await choice.press('Down');
  await choice.see('❯ 2 HOTP00000002');
  await choice.press('Down');
  await choice.see('❯ 3 TOTP00000003');
  await choice.press('Up');
  await choice.see('❯ 2 HOTP00000002');
  await choice.press('Enter');

  expect(await choice.exit()).toBe(0);
  await choice.see(/id 2 name HOTP00000002 type HOTP user ada/);
});

it('offers only the devices of the type that was asked for', TERMINAL_TEST, async () => {
  const home = await homeOfAda();
  const choice = await terminal(['device', 'show', '--user', 'ada', '--type', 'totp'], { home });

  const shown = await choice.see('? user "ada" has 2 devices: which one?');
  expect(shown).not.toContain('HOTP');
  await choice.press('Down');
  await choice.see(/❯ [23]/);
  await choice.press('Enter');

  expect(await choice.exit()).toBe(0);
  await choice.see('id 3 name TOTP00000003');
});

it('asks on stderr, so that stdout can go to a file', TERMINAL_TEST, async () => {
  const home = await homeOfAda();
  const file = join(home, 'device.json');
  const argv = [process.execPath, join(ROOT, 'bin/otpctl.js'), 'device', 'show', '--user', 'ada', '-o', 'json'];
  const choice = await terminalOf('sh', ['-c', `"$@" >${file}`, 'sh', ...argv], { home });

  await choice.see(QUESTION);
  await choice.press('Down');
  await choice.see(/❯ [23]/);
  await choice.press('Enter');

  expect(await choice.exit()).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ id: '2', name: 'HOTP00000002' });
});

it('is cancelled by Ctrl-C', TERMINAL_TEST, async () => {
  const home = await homeOfAda();
  const choice = await terminal(['device', 'disable', '--user', 'ada'], { home });

  await choice.see(QUESTION);
  await choice.press('C-c');

  expect(await choice.exit()).toBe(130);
  const { stdout } = await program(['device', 'list', '--status', 'disabled', '--count'], { home });
  expect(stdout).toBe('0\n');
});

it('refuses to guess and lists them, a line each, where it may not ask', TERMINAL_TEST, async () => {
  const home = await homeOfAda();
  const choice = await terminal(['device', 'show', '--user', 'ada', '--no-input'], { home });

  expect(await choice.exit()).toBe(5);
  await choice.see('error: user "ada" has 3 devices');
  expect(await choice.text()).toMatch(/\n {2}2 {2}HOTP00000002 {2}HOTP {2}ada {2}created\n/);
});

async function homeOfAda(): Promise<string> {
  const home = temporaryHome();
  for (const type of ['totp', 'hotp', 'totp']) {
    const { exit } = await program(['device', 'create', type, '--user', 'ada', '--show-secret'], { home });
    expect(exit).toBe(0);
  }
  return home;
}
