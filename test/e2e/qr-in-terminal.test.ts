import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program, ROOT } from '../support/process.ts';
import { DARK_TERMINAL, LIGHT_TERMINAL, readQr, terminalPixels } from '../support/qr-pixels.ts';
import { TERMINAL_TEST, terminalOf } from '../support/terminal.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'zbarimg', 'zbar-tools'));

const CREATE = ['device', 'create', 'totp', '--qr', 'always', '--show-secret', '-o', 'json'];
const LONG = ['--user', 'maximiliane.mustermann-von-hohenstein@subsidiary.example.com'];
const DEVICES = [
  { device: 'a short name', options: ['--user', 'ada'] },
  { device: 'a long name', options: LONG },
  { device: 'SHA512 and 8 digits', options: ['--user', 'ada', '--algorithm', 'SHA512', '--digits', '8'] },
  {
    device: 'all of these',
    options: [...LONG, '--algorithm', 'SHA512', '--digits', '8', '--issuer', 'Exámple & Söhne'],
  },
];
const THEMES = [
  { theme: 'light', colours: LIGHT_TERMINAL },
  { theme: 'dark', colours: DARK_TERMINAL },
];

it.for(DEVICES)('scans on a light and on a dark terminal: $device', TERMINAL_TEST, async ({ options }, context) => {
  needs(context, 'tmux');
  const home = temporaryHome();
  const file = join(home, 'device.json');
  const argv = [process.execPath, join(ROOT, 'bin/otpctl.js'), ...CREATE, ...options];
  const window = { home, columns: 80, rows: 60 };
  const terminal = await terminalOf('sh', ['-c', `"$@" >${file}`, 'sh', ...argv], window);

  expect(await terminal.exit()).toBe(0);
  const { otpauthUri } = JSON.parse(readFileSync(file, 'utf8'));
  const drawing = await terminal.drawing();
  for (const { colours } of THEMES) expect(readQr(terminalPixels(drawing, colours))).toBe(otpauthUri);
});

it.each(THEMES)('is written with its colours into a pipe, for a $theme terminal later', async ({ colours }) => {
  const { stdout, stderr } = await program([...CREATE, '--user', 'ada'], { home: temporaryHome() });

  expect(readQr(terminalPixels(stderr, colours))).toBe(JSON.parse(stdout).otpauthUri);
});

it('goes to stdout beside a table, between the device and what comes next', async () => {
  const argv = ['device', 'create', 'totp', '--user', 'ada', '--qr', 'always', '--show-secret'];
  const { stdout, stderr } = await program(argv, { home: temporaryHome() });

  const uri = /otpauth:\S+/.exec(stdout)?.[0];
  expect(readQr(terminalPixels(stdout, LIGHT_TERMINAL))).toBe(uri);
  expect(stderr).not.toContain('\u001b');
});

it.each(THEMES)('keeps its colours under --no-color and NO_COLOR on a $theme terminal', async ({ colours }) => {
  const argv = [...CREATE, '--user', 'ada', '--no-color'];
  const { stdout, stderr } = await program(argv, { home: temporaryHome(), environment: { NO_COLOR: '1' } });

  expect(readQr(terminalPixels(stderr, colours))).toBe(JSON.parse(stdout).otpauthUri);
});

it('owes the scan on a light terminal to its colours', async () => {
  const { stdout, stderr } = await program([...CREATE, '--user', 'ada'], { home: temporaryHome() });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are taken out
  const bare = stderr.replaceAll(/\u001b\[[0-9;]*m/g, '');

  expect(readQr(terminalPixels(bare, DARK_TERMINAL))).toBe(JSON.parse(stdout).otpauthUri);
  expect(() => readQr(terminalPixels(bare, LIGHT_TERMINAL))).toThrow('no QR code');
});

it('has four modules of white on each side', async () => {
  const home = temporaryHome();
  // What is said of a first store stands above the code.
  await program(['store', 'init'], { home });
  const { stderr } = await program([...CREATE, '--user', 'ada'], { home });
  const { width, height, greys } = terminalPixels(stderr, DARK_TERMINAL);

  const dark = [...greys.keys()].filter((at) => greys[at] === 0);
  const columns = dark.map((at) => at % width);
  const rows = dark.map((at) => Math.floor(at / width));
  const module = width / 45;
  expect([Math.min(...columns), Math.max(...columns) + 1]).toEqual([4 * module, width - 4 * module]);
  // Two modules to a row of characters.
  const row = height / 23;
  expect([Math.min(...rows), Math.max(...rows) + 1]).toEqual([2 * row, height - 2 * row - Math.ceil(row / 2)]);
});
