import { expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { command, program } from '../support/process.ts';
import { DARK_TERMINAL, readQr, terminalPixels } from '../support/qr-pixels.ts';
import { TERMINAL_TEST, terminal } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

it('leads from the type over the user and the QR code to an enabled device', TERMINAL_TEST, async (context) => {
  needs(context, 'tmux');
  needs(context, 'zbarimg', 'zbar-tools');
  needs(context, 'oathtool');
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create'], { home, columns: 80, rows: 24 });

  await wizard.see('? type of the device: ❯ TOTP');
  await wizard.press('Enter');
  await wizard.answer('? user:', 'ada');
  await wizard.see('? first code of TOTP00000001:');
  const uri = readQr(terminalPixels(await wizard.drawing(), DARK_TERMINAL));
  expect(uri).toMatch(/^otpauth:\/\/totp\/otpctl:ada\?secret=[A-Z2-7]{32}&issuer=otpctl$/);
  await wizard.type(await codeNow(home, uri));
  await wizard.press('Enter');

  await wizard.see('TOTP00000001 is enabled');
  expect(await wizard.exit()).toBe(0);
  expect(await shown(home, '1')).toMatchObject({ name: 'TOTP00000001', user: 'ada', status: 'V', fails: 0 });
});

it('asks again after a wrong code', TERMINAL_TEST, async (context) => {
  needs(context, 'tmux');
  needs(context, 'zbarimg', 'zbar-tools');
  needs(context, 'oathtool');
  const home = temporaryHome();
  const wizard = await terminal(['device', 'create'], { home, columns: 80, rows: 24 });

  await wizard.see('? type of the device:');
  await wizard.press('Enter');
  await wizard.answer('? user:', 'ada');
  await wizard.see('? first code of TOTP00000001:');
  const uri = readQr(terminalPixels(await wizard.drawing(), DARK_TERMINAL));
  await wizard.type(await wrongCode(home, uri));
  await wizard.press('Enter');
  await wizard.see(/that code is not right.*\? first code of TOTP00000001:$/);
  expect(await shown(home, '1')).toMatchObject({ status: 'C', fails: 1 });
  await wizard.type(await codeNow(home, uri));
  await wizard.press('Enter');

  expect(await wizard.exit()).toBe(0);
  expect(await shown(home, '1')).toMatchObject({ status: 'V', fails: 0 });
});

it('asks again for a user name that cannot be one', TERMINAL_TEST, async (context) => {
  needs(context, 'tmux');
  const wizard = await terminal(['device', 'create'], { home: temporaryHome() });

  await wizard.see('? type of the device:');
  await wizard.press('Enter');
  await wizard.see('? user:');
  await wizard.press('Enter');
  await wizard.see('the user name is empty');
  await wizard.type('ada');
  await wizard.press('Enter');

  await wizard.see('? first code of TOTP00000001:');
});

it('counts the codes of an HOTP device from the counter that was given', TERMINAL_TEST, async (context) => {
  needs(context, 'tmux');
  needs(context, 'zbarimg', 'zbar-tools');
  needs(context, 'oathtool');
  const home = temporaryHome();
  const argv = ['device', 'create', 'hotp', '--user', 'ada', '--counter', '7', '--confirm'];
  const wizard = await terminal(argv, { home, columns: 80, rows: 40 });

  await wizard.see('? first code of HOTP00000001:');
  const uri = readQr(terminalPixels(await wizard.drawing(), DARK_TERMINAL));
  expect(new URL(uri).searchParams.get('counter')).toBe('7');
  const { stdout } = await command('oathtool', ['--hotp', '--base32', '--counter', '7', secretOf(uri)], { home });
  await wizard.type(stdout.trim());
  await wizard.press('Enter');

  expect(await wizard.exit()).toBe(0);
  expect(await shown(home, '1')).toMatchObject({ type: 'HOTP', status: 'V' });
});

async function shown(home: string, device: string): Promise<unknown> {
  const { stdout } = await program(['device', 'show', device, '-o', 'json'], { home });
  return JSON.parse(stdout);
}

const secretOf = (uri: string) => new URL(uri).searchParams.get('secret') ?? '';

async function codeNow(home: string, uri: string): Promise<string> {
  const { stdout } = await command('oathtool', ['--totp', '--base32', secretOf(uri)], { home });
  return stdout.trim();
}

/** Six digits that are not the code of any minute near this one. */
async function wrongCode(home: string, uri: string): Promise<string> {
  const options = ['--totp', '--base32', '--now', '10 minutes ago', '--window', '40'];
  const { stdout } = await command('oathtool', [...options, secretOf(uri)], { home });
  const right = stdout.trim().split('\n');
  expect(right).toHaveLength(41);
  return ['000000', '111111', '222222'].find((code) => !right.includes(code)) ?? '333333';
}
