import { beforeEach, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { TERMINAL_TEST, terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

it('creates an EMAIL device, and asks for no code while there is no channel', TERMINAL_TEST, async () => {
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create'], { home });

  await wizard.see('? type of the device:');
  await wizard.type('e');
  await wizard.see('❯ EMAIL ');
  await wizard.press('Enter');
  await wizard.answer('? user:', 'ada');
  await wizard.answer('? e-mail address:', 'ada@example.com');

  expect(await wizard.exit()).toBe(0);
  const shown = await wizard.see('is created');
  expect(shown).toContain('Email message to ad*@ex*****.co*');
  expect(shown).not.toContain('? first code');
  const { stdout } = await program(['device', 'show', '1', '-o', 'json'], { home });
  expect(JSON.parse(stdout)).toMatchObject({ type: 'EMAIL', user: 'ada', status: 'C', email: 'ada@example.com' });
});

it('asks again for an address that is none', TERMINAL_TEST, async () => {
  const wizard = await terminal(['device', 'create', 'email', '--user', 'ada'], { home: temporaryHome() });

  await wizard.answer('? e-mail address:', 'ada');
  await wizard.see('> ');
  await wizard.answer('? e-mail address: ada', '@example.com');

  await wizard.see('is created');
  expect(await wizard.exit()).toBe(0);
});
