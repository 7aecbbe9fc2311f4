import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { timeStep, totp } from '../../src/domain/otp/totp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { environmentOf, storeOf, temporaryHome } from '../support/home.ts';
import { program, ROOT } from '../support/process.ts';
import { readRow } from '../support/sql.ts';

const SEED = '12345678901234567890';
const BASE32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const KEY = new Secret(Buffer.from(SEED));
const SIX = { algorithm: 'SHA1', digits: 6 } as const;
const counterCode = (counter: bigint) => hotp(KEY, counter, SIX);
const now = () => Math.floor(Date.now() / 1000);

/** A store of everything, used, with a backup made between two uses, under a passphrase. */
async function company(home: string) {
  const run = async (argv: readonly string[], stdin = '') => {
    const outcome = await program(argv, { home, stdin });
    if (outcome.exit !== 0) throw new Error(`${argv.join(' ')}: ${outcome.stderr}`);
    return outcome.stdout;
  };
  await run(['device', 'create', 'totp', '--user', 'ada', '--secret-stdin', '--period', '15'], BASE32);
  await run(['device', 'create', 'hotp', '--user', 'bob', '--secret-stdin', '--counter', '40'], BASE32);
  await run(['device', 'create', 'email', '--user', 'cy', '--email', 'cy@example.com']);
  await run(['device', 'create', 'sms', '--user', 'dee', '--phone', '+33612345678']);
  await run(['device', 'create', 'pin', '--user', 'eve', '--pin-stdin'], '8675309123');
  await run(['user', 'set', 'ada', '--attr', 'name=Ada']);
  await run(['settings', 'set', 'email.from=otp@example.com']);
  const url = join(home, 'url');
  writeFileSync(url, 'smtps://mailer:hunter2-hunter2@mail.example.com', { mode: 0o600 });
  await run(['settings', 'set', `email.smtpUrl=@${url}`]);
  const { key } = JSON.parse(
    await run(['apikey', 'create', 'portal', '--role', 'verify', '--expires', '90d', '-o', 'json']),
  );
  await run(['bulk', 'disable-stale', '--unused-for', '1y', '--yes']);
  await run(['device', 'verify', '2', counterCode(40n)]);
  const passphrase = join(home, 'passphrase');
  writeFileSync(passphrase, 'correct horse battery\n', { mode: 0o600 });
  const backup = join(home, 'company.backup');
  await run(['store', 'backup', backup, '--passphrase-file', passphrase]);
  const step = timeStep(now(), 15);
  const timeCode = totp(KEY, step, SIX);
  await run(['device', 'verify', '1', timeCode]);
  await run(['device', 'verify', '2', counterCode(41n)]);
  await run(['device', 'verify', '2', counterCode(42n)]);
  return { backup, passphrase, key: String(key), timeCode };
}

it('a company survives the loss of its machine, and no code that was used is good again', {
  timeout: 120_000,
}, async () => {
  const lost = temporaryHome();
  const { backup, passphrase, timeCode } = await company(lost);
  const home = temporaryHome();
  const [saved, secret] = [join(home, 'saved'), join(home, 'pass')];
  copyFileSync(backup, saved);
  writeFileSync(secret, readFileSync(passphrase), { mode: 0o600 });
  rmSync(lost, { recursive: true });
  const environment = { XDG_DATA_HOME: join(home, 'd'), XDG_CONFIG_HOME: join(home, 'c') };
  const here = (...argv: string[]) => program(argv, { home, environment });

  const restored = await here('store', 'restore', saved, '--passphrase-file', secret, '-o', 'json');
  expect(restored).toMatchObject({ exit: 0 });
  expect(JSON.parse(restored.stdout)).toMatchObject({ devices: 5, resync: ['2'] });
  expect(restored.stderr).toContain('device 2 HOTP00000002 of bob accepts nothing until  otpctl device resync');
  expect(await here('store', 'check')).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
  expect((await here('audit', 'list', '-o', 'json', '--action', 'store.restore')).stdout).toContain('store.restore');

  expect(await here('device', 'verify', '1', timeCode)).toMatchObject({ exit: 1 });
  for (const counter of [40n, 41n, 42n, 43n]) {
    const { exit, stdout, stderr } = await here('device', 'verify', '2', counterCode(counter), '-o', 'json');
    expect({ exit, ...JSON.parse(stdout) }).toMatchObject({ exit: 1, success: false, fails: 0, resyncNeeded: true });
    expect(stderr).toContain('otpctl device resync');
  }
  expect((await here('device', 'show', '2', '-o', 'json')).stdout).toContain('"resyncNeeded": true');

  // The built program restored it; the time until the next good code passes by the clock of this one.
  const later = fixedClock();
  const verify = async (at: number, code: string) => {
    later.set(at);
    const { exit } = await otpctl(['device', 'verify', '1', code], { home, environment, clock: later });
    return exit;
  };
  const from = Date.parse(JSON.parse(restored.stdout).acceptsFrom) / 1000;
  for (let at = now(); at < from + 15; at += 15) expect(await verify(at, timeCode)).toBe(1);
  expect(await verify(from, totp(KEY, timeStep(from, 15) - 1, SIX))).toBe(1);
  expect(await otpctl(['device', 'reset-fails', '1'], { home, environment })).toMatchObject({ exit: 0 });
  await otpctl(['device', 'unlock', '1'], { home, environment });
  expect(await verify(from, totp(KEY, timeStep(from, 15), SIX))).toBe(0);

  expect(await here('device', 'resync', '2', counterCode(43n), counterCode(44n))).toMatchObject({ exit: 0 });
  expect(await here('device', 'verify', '2', counterCode(44n))).toMatchObject({ exit: 1 });
  expect(await here('device', 'verify', '2', counterCode(45n))).toMatchObject({ exit: 0 });
  expect((await here('device', 'show', '2', '-o', 'json')).stdout).not.toContain('resyncNeeded');
});

it('a folder of data without the key opens nothing, and nothing secret stands in it in clear', {
  timeout: 60_000,
}, async () => {
  const home = temporaryHome();
  const { backup, key } = await company(home);
  const thief = temporaryHome();
  const stolen = join(thief, '.local/share/otpctl');
  mkdirSync(stolen, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(dirname(storeOf(home))))
    copyFileSync(join(dirname(storeOf(home)), name), join(stolen, name));
  copyFileSync(backup, join(stolen, 'backup'));
  const clear = [
    SEED,
    BASE32,
    Buffer.from(SEED).toString('hex'),
    Buffer.from(SEED).toString('base64'),
    '8675309123',
    'hunter2',
    key,
  ];
  for (const name of readdirSync(stolen)) {
    const bytes = readFileSync(join(stolen, name)).toString('latin1');
    for (const secret of clear) expect(bytes.includes(secret), `${name} has ${secret.length} characters`).toBe(false);
  }
  const shell = readRow(join(stolen, 'otpctl.db'), `SELECT group_concat(hex(secret)) AS secrets FROM devices`);
  expect(String(shell['secrets'])).not.toContain(Buffer.from(SEED).toString('hex').toUpperCase());
  const verify = ['device', 'verify', '2', counterCode(43n)];
  expect(await program(verify, { home: thief })).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('key file'),
  });
  const environment = { OTPCTL_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
  expect(await program(verify, { home: thief, environment })).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('the master key is the wrong one'),
  });
  // The copy under a passphrase has no key that the master key of the store would open.
  const { masterKey } = {
    masterKey: readRow(storeOf(home), 'SELECT hex(data_key) AS k, hex(audit_key) AS a FROM store'),
  };
  const hex = readFileSync(backup).toString('hex').toUpperCase();
  expect(hex).not.toContain(String(masterKey['k']));
  expect(hex).not.toContain(String(masterKey['a']));
});

it('a backup while others verify is one moment of the store', { timeout: 120_000 }, async () => {
  const home = temporaryHome();
  await program(['device', 'create', 'hotp', '--user', 'bob', '--secret-stdin'], { home, stdin: BASE32 });
  let going = true;
  const verifying = (async () => {
    for (let counter = 0n; going; counter++) await program(['device', 'verify', '1', counterCode(counter)], { home });
  })();
  const backups: string[] = [];
  for (let n = 0; n < 4; n++) {
    const file = join(home, `b${n}`);
    expect(await program(['store', 'backup', file], { home })).toMatchObject({ exit: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    backups.push(file);
  }
  going = false;
  await verifying;
  for (const file of backups) {
    const store = join(home, `${file}.db`);
    expect(await program(['store', 'restore', file, '--store', store], { home })).toMatchObject({ exit: 0 });
    // As many counters as accepted codes: no half of a verification came along.
    const { counter } = readRow(store, 'SELECT counter FROM devices');
    const { n } = readRow(store, `SELECT count(*) AS n FROM audit WHERE result = 'accepted'`);
    expect(counter).toBe(n);
  }
});

it('a restore that is killed at any moment leaves the old store or the new one', { timeout: 240_000 }, async () => {
  const home = temporaryHome();
  await program(['device', 'create', 'hotp', '--user', 'bob', '--secret-stdin'], { home, stdin: BASE32 });
  const file = join(home, 'b');
  await program(['store', 'backup', file], { home });
  await program(['device', 'create', 'email', '--user', 'cy', '--email', 'cy@example.com'], { home });
  const seen = new Set<unknown>();
  for (let wait = 60; wait < 700; wait += 40) {
    await program(['store', 'restore', file, '--yes'], { home, killAfter: wait });
    expect(await program(['store', 'check'], { home })).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
    seen.add(readRow(storeOf(home), 'SELECT count(*) AS n FROM devices')['n']);
  }
  expect(await program(['store', 'restore', file, '--yes'], { home })).toMatchObject({ exit: 0 });
  expect(readRow(storeOf(home), 'SELECT count(*) AS n FROM devices')['n']).toBe(1);
  expect([...seen].every((n) => n === 1 || n === 2)).toBe(true);
});

it('a store that another process has open is not replaced under it', { timeout: 60_000 }, async () => {
  const home = temporaryHome();
  await program(['store', 'init'], { home });
  const file = join(home, 'b');
  await program(['store', 'backup', file], { home });
  const server = spawn(process.execPath, [join(ROOT, 'bin/otpctl.js'), 'serve', '--port', '0'], {
    env: environmentOf(home),
  });
  try {
    await new Promise(
      (resolve) => server.stdout.once('data', resolve).on('error', resolve) && server.stderr.once('data', resolve),
    );
    const { exit, stderr } = await program(['store', 'restore', file, '--yes'], { home });
    expect({ exit, stderr }).toMatchObject({ exit: 7, stderr: expect.stringContaining('open') });
  } finally {
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('close', resolve));
  }
  expect(await program(['store', 'restore', file, '--yes'], { home })).toMatchObject({ exit: 0 });
});
