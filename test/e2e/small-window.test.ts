import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { storeOf, temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { LIGHT_TERMINAL, readQr, readQrFile, terminalPixels } from '../support/qr-pixels.ts';
import { TERMINAL_TEST, terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'tmux'));

const CREATE = ['device', 'create', 'totp', '--user', 'ada'];

it('says that a window is too small, offers a file, and creates no device', TERMINAL_TEST, async () => {
  const home = temporaryHome();
  const window = await terminal(CREATE, { home, columns: 40, rows: 12 });

  expect(await window.exit()).toBe(2);
  const shown = await window.see('hint:');
  expect(shown).toContain('error: the window has 40 columns and 12 rows, and the QR code needs 45 and 24');
  expect(shown).toContain('--qr-file FILE.png');
  expect(existsSync(storeOf(home))).toBe(false);
});

it('says so in the wizard too', TERMINAL_TEST, async () => {
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create'], { home, columns: 40, rows: 12 });

  await wizard.see('? type of the device:');
  await wizard.press('Enter');
  await wizard.answer('? user:', 'ada');

  expect(await wizard.exit()).toBe(2);
  await wizard.see('the window has 40 columns and 12 rows');
  await wizard.see('--qr-file FILE.png');
  expect(existsSync(storeOf(home))).toBe(false);
});

it.each([
  { columns: 44, rows: 24 },
  { columns: 45, rows: 23 },
])('refuses $columns x $rows, which is one too few', TERMINAL_TEST, async ({ columns, rows }) => {
  const home = temporaryHome();
  const window = await terminal(CREATE, { home, columns, rows });

  expect(await window.exit()).toBe(2);
  expect(existsSync(storeOf(home))).toBe(false);
});

it('fits a window of just the size that it says, with the question below', TERMINAL_TEST, async (context) => {
  needs(context, 'zbarimg', 'zbar-tools');
  const home = temporaryHome();
  const window = await terminal([...CREATE, '--confirm'], { home, columns: 45, rows: 24 });

  await window.see('? first code of TOTP00000001:');

  expect(readQr(terminalPixels(await window.drawing(), LIGHT_TERMINAL))).toMatch(/^otpauth:\/\/totp\/otpctl:ada\?/);
});

it('writes the file that it offered', TERMINAL_TEST, async (context) => {
  needs(context, 'zbarimg', 'zbar-tools');
  const home = temporaryHome();
  const file = join(home, 'ada.png');
  const window = await terminal([...CREATE, '--qr-file', file], { home, columns: 40, rows: 12 });

  expect(await window.exit()).toBe(0);
  expect(readQrFile(file)).toMatch(/^otpauth:\/\/totp\/otpctl:ada\?/);
  expect((await program(['device', 'list', '--count'], { home })).stdout).toBe('1\n');
});

it('asks no window for room when the device has no QR code', TERMINAL_TEST, async () => {
  const home = temporaryHome();
  const argv = ['device', 'create', 'email', '--user', 'ada', '--email', 'ada@example.com'];
  const window = await terminal(argv, { home, columns: 40, rows: 12 });

  expect(await window.exit()).toBe(0);
});
