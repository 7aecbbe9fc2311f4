import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { scimDoor } from '../support/scim-door.ts';
import { TERMINAL_TEST, terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

const PASSWORD = 'Zq8-Zq9-Zq7';

it('asks for what is missing, and never shows the password', TERMINAL_TEST, async () => {
  const door = await scimDoor({ opens: `Basic ${Buffer.from(`ada:${PASSWORD}`).toString('base64')}` });
  const home = temporaryHome();
  const wizard = await terminal(['profile', 'add', 'work'], { home, columns: 120 });

  await wizard.answer('URL of the server:', 'idm.example.com');
  await wizard.see('the URL cannot be read');
  await wizard.press('C-u');
  await wizard.answer('URL of the server:', door.origin);
  await wizard.answer('user name (none: sign in with a token):', 'ada');
  await wizard.answer('? password:', PASSWORD);

  expect(await wizard.exit()).toBe(0);
  await wizard.see('added the profile work');
  expect(await wizard.transcript('added the profile work')).not.toContain('Zq');
  expect(readFileSync(join(home, '.config/otpctl/config.toml'), 'utf8')).toBe(
    `[profiles.work]\nurl = "${door.origin}/scim/v2"\nusername = "ada"\n`,
  );
});

it('keeps nothing of a question that was cancelled', TERMINAL_TEST, async () => {
  const door = await scimDoor({ opens: 'Bearer x' });
  const home = temporaryHome();
  const wizard = await terminal(['profile', 'add', 'work', '--url', door.origin], { home });
  await wizard.answer('user name (none: sign in with a token):', '');
  await wizard.see('? token:');
  await wizard.press('C-c');
  expect(await wizard.exit()).toBe(130);
  expect(door.requests).toEqual([]);
  expect(() => readFileSync(join(home, '.config/otpctl/config.toml'))).toThrow('ENOENT');
});
