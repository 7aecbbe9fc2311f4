import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';

async function values(home: string, ...argv: string[]): Promise<readonly string[]> {
  const { exit, stdout, stderr } = await otpctl(['__complete', ...argv], { home });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  return stdout.split('\n').slice(0, -1);
}

async function filled(): Promise<string> {
  const home = temporaryHome();
  for (const user of ['Ada', 'adam', 'bob']) {
    await otpctl(['device', 'create', 'pin', '--user', user, '--pin-stdin'], { home, stdin: '12345678' });
  }
  await otpctl(['device', 'create', 'totp', '--user', 'eve', '--show-secret'], { home });
  await otpctl(['user', 'set', 'ada', '--attr', 'fullName=Ada L'], { home });
  await otpctl(['user', 'set', 'zoe', '--attr', 'fullName=Zoe'], { home });
  await otpctl(['bulk', 'update', '--set-status', 'D', '--user', 'bob', '--max-percent', '100', '--yes'], { home });
  await otpctl(['apikey', 'create', 'helpdesk', '--role', 'verify', '--expires', '90d'], { home });
  await otpctl(['settings', 'set', 'email.smtpUrl=smtp://mail.example.com'], { home });
  return home;
}

describe('values that completion offers', () => {
  it('are no options, unless a hyphen was typed where a value can be', async () => {
    const home = temporaryHome();
    for (const user of ['--count', '-x', 'ada']) {
      await otpctl(['user', 'set', '--attr', 'mail=a@example.com', '--', user], { home });
    }
    expect(await values(home, 'users', '')).toEqual(['ada']);
    expect(await values(home, 'users', '-')).toEqual(['--count', '-x']);
  });

  it('are of the store: devices, users, runs, settings, keys', async () => {
    const home = await filled();
    expect(await values(home, 'devices', '')).toEqual([
      'Security number\tseveral devices',
      'TOTP00000001\tTOTP of eve, created',
    ]);
    expect(await values(home, 'devices', 'totp')).toEqual(['TOTP00000001\tTOTP of eve, created']);
    expect(await values(home, 'devices', '3')).toEqual(['3\tSecurity number: PIN of bob, disabled']);
    expect(await values(home, 'users', '')).toEqual(['Ada', 'adam', 'bob', 'eve', 'zoe']);
    expect(await values(home, 'users', 'A')).toEqual(['Ada']);
    expect(await values(home, 'users', 'AD')).toEqual(['Ada', 'adam']);
    expect(await values(home, 'runs', '')).toEqual(['1\tupdate, finished']);
    expect(await values(home, 'runs', "1' OR 1=1 --")).toEqual([]);
    expect(await values(home, 'apikeys', 'h')).toEqual(['helpdesk']);
    expect(await values(home, 'settings', 'pin.e')).toEqual(['pin.enabled\ttrue']);
    expect(await values(home, 'settings', 'email.smtp')).toEqual([expect.not.stringContaining('mail.example.com')]);
    expect(await values(home, 'assignments', 'totp.enabled=')).toEqual(['totp.enabled=true', 'totp.enabled=false']);
    expect(await values(home, 'assignments', 'email.smtpUrl=')).toEqual([]);
    expect(await values(home, 'nonsense', '')).toEqual([]);
  });

  it('are of the place that the command line names', async () => {
    const home = await filled();
    expect(await values(temporaryHome(), 'users', 'b', '--store', storeOf(home))).toEqual(['bob']);
    expect(await values(home, 'users', 'b', '--store', join(home, 'none.db'))).toEqual([]);
    expect(await values(home, 'users', 'b', '--profile', 'nowhere')).toEqual([]);
    expect(await values(home, 'users', 'b', '--store', storeOf(home), '--profile', 'local')).toEqual([]);
  });

  it('ask no server, and no keyring: of a remote place there are only its runs', async () => {
    const home = await filled();
    // Nobody answers there: a request would be a long wait.
    for (const kind of ['devices', 'users', 'runs', 'apikeys', 'serials']) {
      expect(await values(home, kind, '', '--url', 'https://192.0.2.1/scim')).toEqual([]);
    }
  });

  it('make nothing, and say nothing, whatever is there', async () => {
    const empty = temporaryHome();
    for (const kind of ['devices', 'users', 'runs', 'profiles', 'settings', 'assignments', 'apikeys', 'serials']) {
      await values(empty, kind, '');
    }
    expect(readdirSync(empty)).toEqual([]);
    const home = await filled();
    const broken = join(home, 'broken.db');
    writeFileSync(broken, 'not a database, but long enough to look into'.repeat(40));
    expect(await values(home, 'devices', '', '--store', broken)).toEqual([]);
    expect(await values(home, 'devices', '', '--store', home)).toEqual([]);
    expect(await values(home, 'settings', 'pin.e', '--store', broken)).toEqual(['pin.enabled\ttrue']);
    writeFileSync(join(home, '.config/otpctl/config.toml'), '= nonsense', { mode: 0o600 });
    expect(await values(home, 'devices', '')).toEqual([]);
    expect(await values(home, 'profiles', '')).toEqual([]);
    expect(existsSync(`${storeOf(home)}.new`)).toBe(false);
  });

  it('leave out what no command line can hold', async () => {
    const home = await filled();
    const database = new DatabaseSync(storeOf(home));
    database.exec(
      `UPDATE devices SET name = 'PIN' || char(10) || 'x', name_fold = 'pin' || char(10) || 'x' WHERE id = 1`,
    );
    database.exec(`UPDATE devices SET name = 'PIN' || char(27) || '[2J', name_fold = 'pin' || char(27) WHERE id = 2`);
    database.exec(`UPDATE devices SET user = 'bob' || char(27) || char(9) || 'b' WHERE id = 3`);
    database.close();
    expect(await values(home, 'devices', '')).toEqual([
      'Security number\tPIN of bob\\u{1b}\\u{9}b, disabled',
      'TOTP00000001\tTOTP of eve, created',
    ]);
  });

  it('are there at once, in a store of a hundred thousand devices that somebody keeps busy', async () => {
    const home = await filled();
    const database = new DatabaseSync(storeOf(home));
    database.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
      INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified)
      SELECT 1000 + i, printf('SAME%08d', i / 50000), printf('same%08d', i / 50000), 'TOTP', 'many', 'many', 'V', 1, 1 FROM n;
      BEGIN IMMEDIATE`);
    try {
      // The best of five: other processes of this machine are not what is measured.
      const times: number[] = [];
      for (let round = 0; round < 5; round++) {
        const started = performance.now();
        expect(await values(home, 'devices', 'SAME')).toHaveLength(3);
        expect(await values(home, 'users', 'm')).toEqual(['many']);
        expect(await values(home, 'users', '')).toHaveLength(6);
        times.push(performance.now() - started);
      }
      expect(Math.min(...times)).toBeLessThan(150);
    } finally {
      database.close();
    }
  });

  it('are a hundred at most', async () => {
    const home = await filled();
    const database = new DatabaseSync(storeOf(home));
    database.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified)
      SELECT 1000 + i, 'D' || i, 'd' || i, 'TOTP', 'u' || i, 'u' || i, 'V', 1, 1 FROM n`);
    database.close();
    expect(await values(home, 'devices', 'D')).toHaveLength(100);
    expect(await values(home, 'users', 'u')).toHaveLength(100);
  });

  it('come from the built program too', async () => {
    const home = await filled();
    const outcome = await program(['__complete', 'users', 'a'], { home });
    expect(outcome).toEqual({ exit: 0, stdout: 'adam\n', stderr: '' });
  });
});
