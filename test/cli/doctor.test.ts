import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, otpctl, type RunOptions } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { apiKeyText } from '../support/rsa/keys.ts';
import { readRow, tamper } from '../support/sql.ts';

interface Row {
  readonly check: string;
  readonly state: string;
  readonly finding: string;
  readonly remedy?: string;
}

async function doctor(
  options: RunOptions,
  ...more: string[]
): Promise<{ exit: number; row(name: string): Row | undefined }> {
  const { exit, stdout } = await otpctl(['doctor', '-o', 'json', ...more], options);
  const rows = JSON.parse(stdout) as Row[];
  return { exit, row: (name) => rows.find(({ check }) => check === name) };
}

describe('doctor', () => {
  it('finds no store, says how to make one, and makes none', async () => {
    const home = temporaryHome();
    const { exit, row } = await doctor({ home });
    expect(exit).toBe(0);
    expect(row('store')).toMatchObject({ state: 'warning', remedy: expect.stringContaining('store init') });
    expect((await otpctl(['store', 'info'], { home })).exit).toBe(2);
  });

  it('finds a sound store, its key and its clock, and changes nothing', async () => {
    const home = temporaryHome();
    await json(['store', 'init'], { home });
    const before = await json(['audit', 'list'], { home });
    const { exit, row } = await doctor({ home });
    expect(exit).toBe(0);
    for (const name of ['runtime', 'SQLite', 'store', 'master key', 'clock']) expect(row(name)?.state).toBe('ok');
    expect(await json(['audit', 'list'], { home })).toEqual(before);
  });

  it('fails when the key is gone, or others can reach the store', async () => {
    const home = temporaryHome();
    await json(['store', 'init'], { home });
    rmSync(join(home, '.config/otpctl/keys'), { recursive: true });
    const keyless = await doctor({ home });
    expect(keyless.exit).toBe(1);
    expect(keyless.row('master key')).toMatchObject({
      state: 'failure',
      remedy: expect.stringContaining('put it back'),
    });
    chmodSync(storeOf(home), 0o644);
    const wide = await doctor({ home });
    expect(wide.exit).toBe(1);
    expect(wide.row('store')).toMatchObject({ state: 'failure', remedy: expect.stringContaining('chmod 600') });
  });

  it('warns of a clock that was set back', async () => {
    const home = temporaryHome();
    const clock = fixedClock();
    await json(['store', 'init'], { home, clock });
    clock.set(NEW_YEAR - 60);
    const { exit, row } = await doctor({ home, clock });
    expect(exit).toBe(0);
    expect(row('clock')).toMatchObject({ state: 'warning', finding: expect.stringContaining('60 seconds before') });
  });

  it('says of each channel that is enabled what the standards hold against it', async () => {
    const home = temporaryHome();
    const settings = ['email.from=a@example.com', 'email.smtpUrl=smtps://mail.example.com', 'email.enabled=true'];
    await json(['settings', 'set', ...settings], { home });
    const { exit, row } = await doctor({ home });
    expect(exit).toBe(0);
    expect(row('email')).toMatchObject({ state: 'warning', finding: expect.stringContaining('NIST SP 800-63B') });
    expect(row('sms')).toBeUndefined();
  });

  it('is lines for a person, with what to do below', async () => {
    const home = temporaryHome();
    const { exit, stdout } = await otpctl(['doctor'], { home, terminal: { columns: 80, rows: 24 } });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^ok {7}SQLite {2,}3\.51\.3$/m);
    expect(stdout).toMatch(/^warning {2}store {2,}there is no store yet\n {5,}make one with {2}otpctl store init$/m);
  });

  it('fits into a window, and is a line for each sentence in a pipe', async () => {
    const options = { home: temporaryHome(), clock: fixedClock() };
    const settings = ['email.from=a@example.com', 'email.smtpUrl=smtps://mail.example.com', 'email.enabled=true'];
    await json(['settings', 'set', ...settings], options);
    const piped = await otpctl(['doctor'], options);
    for (const columns of [80, 60, 33, 20]) {
      const { stdout } = await otpctl(['doctor'], { ...options, terminal: { columns, rows: 24 } });
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(stdout.replaceAll(/\s/g, '')).toBe(piped.stdout.replaceAll(/\s/g, ''));
    }
    expect(piped.stdout.split('\n').some((line) => line.length > 80)).toBe(true);
  });

  it('finds a config that cannot be read, and still says the rest', async () => {
    const home = temporaryHome();
    mkdirSync(join(home, '.config/otpctl'), { recursive: true });
    writeFileSync(join(home, '.config/otpctl/config.toml'), '= nonsense', { mode: 0o600 });
    const { exit, row } = await doctor({ home });
    expect(exit).toBe(1);
    expect(row('profile')).toMatchObject({ state: 'failure', finding: expect.stringContaining('config') });
    expect(row('SQLite')?.state).toBe('ok');
    expect((await doctor({ home }, '--profile', 'nowhere')).row('profile')).toMatchObject({ state: 'failure' });
  });

  it('leaves an older store as it is', async () => {
    const home = temporaryHome();
    await json(['store', 'init'], { home });
    tamper(storeOf(home), 'PRAGMA user_version = 1');
    const { exit, row } = await doctor({ home });
    expect(exit).toBe(0);
    expect(row('store')).toMatchObject({ state: 'warning', remedy: expect.stringContaining('store migrate') });
    expect(readRow(storeOf(home), 'PRAGMA user_version')).toEqual({ user_version: 1 });
  });

  it('says with everything that is not right what to do', async () => {
    const home = temporaryHome();
    const clock = fixedClock();
    await json(['settings', 'set', 'sms.url=https://sms.example.com/${PIN}', 'sms.enabled=true'], { home, clock });
    clock.set(NEW_YEAR - 60);
    const { stdout } = await otpctl(['doctor', '-o', 'json'], { home, clock });
    const rows = (JSON.parse(stdout) as Row[]).filter(({ state }) => state !== 'ok');
    expect(rows.map(({ check }) => check).filter((check) => check !== 'keyring')).toEqual(['clock', 'sms']);
    for (const { remedy } of rows) expect(remedy).toMatch(/./);
  });

  it('fails at a server that is not there', async () => {
    const home = temporaryHome();
    const { exit, row } = await doctor({ home }, '--url', 'http://127.0.0.1:1');
    expect(exit).toBe(1);
    expect(row('server')?.state).toBe('failure');
  });
});

describe('commands point to doctor', () => {
  const enrolled = async () => {
    const options = { home: temporaryHome(), clock: fixedClock() };
    await json(['device', 'create', 'totp', '--user', 'ada', '--show-secret'], options);
    return options;
  };

  it('when the clock is behind what the store has seen, in one line, where codes are refused for it', async () => {
    const options = await enrolled();
    expect((await otpctl(['device', 'verify', '1', '000000'], options)).stderr).toBe('');
    options.clock.set(NEW_YEAR - 3600);
    for (const line of ['device verify 1 000000', 'device verify 1 000000', 'device resync 1 000000 000001']) {
      const { stderr } = await otpctl(line.split(' '), options);
      expect(stderr).toBe(
        'notice: the clock says 2021-12-31T23:00:00Z, 3,600 seconds before what the store saw last: see  otpctl doctor\n',
      );
    }
    for (const line of ['device list', 'device show 1', 'device enable 1']) {
      expect((await otpctl(line.split(' '), options)).stderr).not.toContain('the clock says');
    }
  });

  it('when SQLite is one that can damage the store, where many rows are changed', async () => {
    const { home } = await enrolled();
    const versions = { node: '24.15.0', sqlite: '3.46.1' };
    const line = ['bulk', 'runs'];
    const old = await otpctl(line, { home, versions });
    expect({ exit: old.exit, stderr: old.stderr }).toEqual({
      exit: 0,
      stderr: 'notice: SQLite 3.46.1 can damage a store that several processes write: see  otpctl doctor\n',
    });
    expect((await otpctl(line, { home, versions: { ...versions, sqlite: '3.52.0' } })).stderr).toBe('');
    expect((await otpctl(['device', 'list'], { home, versions })).stderr).toBe('');
    const { exit, row } = await doctor({ home, versions });
    expect({ exit, state: row('SQLite')?.state }).toEqual({ exit: 1, state: 'failure' });
  });

  it('when a secret goes to a file because there is no keyring', async () => {
    const { home } = await enrolled();
    const { stderr } = await otpctl(['profile', 'login', 'local', '--rsa-key-stdin'], {
      home,
      stdin: apiKeyText('https://tenant.example.com'),
      environment: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' },
    });
    expect(stderr).toMatch(/there is no keyring .*; see {2}otpctl doctor\n/);
  });
});
