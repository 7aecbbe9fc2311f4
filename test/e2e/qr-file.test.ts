import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { type ProcessOutcome, program } from '../support/process.ts';
import { readQrFile } from '../support/qr-pixels.ts';
import { needs } from '../support/tools.ts';

const DEVICES = [
  { device: 'a short name', options: ['--user', 'ada'] },
  {
    device: 'a long name, SHA512 and 8 digits',
    options: [
      ...['--user', 'maximiliane.mustermann-von-hohenstein@subsidiary.example.com'],
      ...['--algorithm', 'SHA512', '--digits', '8'],
    ],
  },
];

it.for(DEVICES)('scans from a PNG file: $device', async ({ options }, context) => {
  needs(context, 'zbarimg', 'zbar-tools');
  const home = temporaryHome();
  const file = join(home, 'qr.png');

  const { stdout } = await create(home, [...options, '--qr-file', file]);

  expect(readQrFile(file)).toBe(JSON.parse(stdout).otpauthUri);
});

it.for(DEVICES)('scans from the image of --show-secret: $device', async ({ options }, context) => {
  needs(context, 'zbarimg', 'zbar-tools');
  const home = temporaryHome();
  const file = join(home, 'image.png');

  const { stdout } = await create(home, options);
  writeFileSync(file, Buffer.from(JSON.parse(stdout).image, 'base64'));

  expect(readQrFile(file)).toBe(JSON.parse(stdout).otpauthUri);
});

it.each(['qr.png', 'qr.svg'])('makes %s for its owner alone', async (name) => {
  const home = temporaryHome();
  const file = join(home, name);

  await create(home, ['--user', 'ada', '--qr-file', file]);

  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(filesLike(home, name)).toEqual([name]);
});

it('refuses a file that is there, and creates no device', async () => {
  const home = temporaryHome();
  const file = join(home, 'qr.png');
  writeFileSync(file, 'holiday picture');

  const { exit, stderr } = await program(['device', 'create', 'totp', '--user', 'ada', '--qr-file', file], { home });

  expect(exit).toBe(2);
  expect(stderr).toBe(`error: ${file} is there already\nhint: overwrite it with  --force\n`);
  expect(readFileSync(file, 'utf8')).toBe('holiday picture');
  expect(existsSync(join(home, '.local'))).toBe(false);
});

it('overwrites it with --force, for its owner alone whatever the old mode was', async (context) => {
  needs(context, 'zbarimg', 'zbar-tools');
  const home = temporaryHome();
  const file = join(home, 'qr.png');
  writeFileSync(file, 'holiday picture', { mode: 0o644 });

  const { stdout } = await create(home, ['--user', 'ada', '--qr-file', file, '--force']);

  expect(readQrFile(file)).toBe(JSON.parse(stdout).otpauthUri);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(filesLike(home, 'qr.png')).toEqual(['qr.png']);
});

it('leaves the old file as it was when --force comes with a request that cannot be met', async () => {
  const home = temporaryHome();
  const file = join(home, 'qr.png');
  writeFileSync(file, 'holiday picture');

  const argv = ['device', 'create', 'totp', '--user', 'ada', '--digits', '9', '--qr-file', file, '--force'];
  const { exit } = await program(argv, { home });

  expect(exit).toBe(2);
  expect(readFileSync(file, 'utf8')).toBe('holiday picture');
  expect(filesLike(home, 'qr.png')).toEqual(['qr.png']);
});

it('makes the QR file, and nothing else, the way out of a secret without a terminal', async () => {
  const home = temporaryHome();
  const file = join(home, 'qr.png');

  const { exit, stdout, stderr } = await program(
    ['device', 'create', 'totp', '--user', 'ada', '--qr-file', file, '-o', 'json'],
    { home },
  );

  expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining(`the QR code is in ${file}: `) });
  expect(Object.keys(JSON.parse(stdout))).toEqual(['id', 'name', 'type', 'user', 'status', 'created', 'fails']);
});

async function create(home: string, options: readonly string[]): Promise<ProcessOutcome> {
  const argv = ['device', 'create', 'totp', ...options, '--show-secret', '-o', 'json'];
  const outcome = await program(argv, { home });
  expect(outcome).toMatchObject({ exit: 0, stderr: expect.not.stringContaining('error') });
  return outcome;
}

/** What is there under this name, and under names made from it. */
function filesLike(home: string, name: string): readonly string[] {
  return readdirSync(home).filter((each) => each.includes(name));
}
