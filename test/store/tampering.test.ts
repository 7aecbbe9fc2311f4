import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { tamper } from '../support/sql.ts';

async function filled(): Promise<string> {
  const home = temporaryHome();
  for (let at = 0; at < 5; at++) {
    await otpctl(['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'], { home, stdin: '12345678' });
  }
  return home;
}

describe('somebody with the store and without its key', () => {
  it('cannot cut the log and have the next change cover it up', async () => {
    const home = await filled();
    tamper(
      storeOf(home),
      `DELETE FROM audit WHERE seq > 3;
       UPDATE audit_anchor SET count = 3, head = (SELECT mac FROM audit WHERE seq = 3), mac = x'00'`,
    );
    for (const line of ['device enable 1', 'device verify 1 123', 'device challenge 1']) {
      const { exit, stderr } = await otpctl(line.split(' '), { home });
      expect({ exit, stderr }).toEqual({
        exit: 7,
        stderr: expect.stringContaining('does not end where it was anchored'),
      });
    }
    expect(await otpctl(['audit', 'verify'], { home })).toMatchObject({ exit: 1 });
  });

  it.each([
    [
      'a trigger',
      'CREATE TRIGGER t AFTER UPDATE ON devices BEGIN UPDATE devices SET fails = 0; END',
      '"t" in the schema',
    ],
    ['a view', 'CREATE VIEW v AS SELECT 1', '"v" in the schema'],
    ['a lost index', 'DROP INDEX devices_by_user', '"devices_by_user" in the schema'],
    ['a changed table', 'ALTER TABLE devices ADD COLUMN more TEXT', '"devices" in the schema'],
    [
      'an orphan',
      'PRAGMA foreign_keys = OFF; INSERT INTO challenges (device_id, id, created, expires) VALUES (99, 1, 1, 1)',
      'belongs to no devices',
    ],
    ['a device of no type', `UPDATE devices SET type = 'FOO' WHERE id = 2`, 'device 2 is of no type'],
    ['a device without its secret', 'UPDATE devices SET secret = NULL WHERE id = 2', 'device 2 has lost its secret'],
    [
      'a value that is never written',
      'UPDATE devices SET digits = 40 WHERE id = 2',
      'device 2 is damaged: the store holds digits',
    ],
    ['a counter of ids that lags', 'UPDATE store SET next_device_id = 1', 'the counter of device ids lags'],
    ['a secret that was cut', `UPDATE devices SET secret = x'00' WHERE id = 4`, 'the secret of device 4'],
    ['a secret of another key', `UPDATE devices SET key_id = 'x' WHERE id = 4`, 'the secret of device 4'],
    ['wrapped keys that were changed', `UPDATE store SET data_key = x'00'`, 'the keys in the store are damaged'],
    ['an id with a path in it', `UPDATE store SET id = '../../other'`, 'has no proper id'],
  ])('is found by store check: %s', async (_what, sql, finding) => {
    const home = await filled();
    tamper(storeOf(home), sql);
    const { exit, stdout } = await otpctl(['store', 'check', '-o', 'json'], { home });
    expect(exit).toBe(1);
    const findings = JSON.parse(stdout) as { finding: string; remedy: string }[];
    expect(findings.map((each) => each.finding).join()).toContain(finding);
    for (const { remedy } of findings) expect(remedy).toMatch(/./);
  });

  it.each([
    ['UPDATE devices SET created = 999999999999999', 'device list'],
    ['UPDATE devices SET last_used = 9223372036854775807', 'device show 1'],
    ['UPDATE devices SET digits = 1', 'device show 1'],
    ['UPDATE devices SET period = 0', 'device show 1'],
    [`UPDATE devices SET type = 'TOTP', algorithm = 'MD5'`, 'device verify 1 123456'],
    [`UPDATE devices SET type = 'TOTP'`, 'device show 1'],
    ['UPDATE audit SET time = 9223372036854775807', 'audit list'],
    ['PRAGMA user_version = 0', 'device list'],
    ['DELETE FROM store', 'device verify 1 123'],
    [
      `INSERT INTO challenges VALUES (1, 'x', 0, 9999999999, char(27) || '[2J', NULL, NULL, 0, NULL)`,
      'device verify 1 123',
    ],
  ])('causes one clear sentence, and no bug:  %s', async (sql, line) => {
    const home = await filled();
    tamper(storeOf(home), sql);
    const { exit, stdout, stderr } = await otpctl(line.split(' '), { home });
    expect({ exit, stdout }).toEqual({ exit: 7, stdout: '' });
    expect(stderr).toMatch(/^error: .+\nhint: .+\n$/);
    expect(stderr).not.toContain('\u001b');
  });

  it('makes audit verify name the entry that cannot be read', async () => {
    const home = await filled();
    tamper(storeOf(home), 'UPDATE audit SET time = 9223372036854775807 WHERE seq = 2');
    const { exit, stdout } = await otpctl(['audit', 'verify'], { home });
    expect({ exit, stdout }).toEqual({
      exit: 1,
      stdout: expect.stringContaining('entry 2, or what follows it, cannot be read'),
    });
  });
});

describe('a database with a page overwritten', () => {
  it('is found damaged by store check, wherever it is', async () => {
    const home = await filled();
    const path = storeOf(home);
    const pages = statSync(path).size / 4096;
    for (let page = 1; page < pages; page++) {
      const copy = await filled();
      const file = openSync(storeOf(copy), 'r+');
      writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, page * 4096);
      closeSync(file);
      const { exit, stdout } = await otpctl(['store', 'check'], { home: copy });
      expect({ page, exit }).toEqual({ page, exit: 1 });
      expect(stdout).toMatch(/damaged|does not open|schema/);
    }
  });
});

describe('a reader that stops early', () => {
  it('does not hold on to what it saw', async () => {
    const home = await filled();
    const connection = openConnection(storeOf(home));
    for (const row of connection.all('SELECT id FROM devices')) {
      expect(row).toEqual({ id: 1 });
      break;
    }
    tamper(storeOf(home), 'DELETE FROM devices WHERE id = 5');
    expect(connection.immediate(() => connection.get('SELECT count(*) AS n FROM devices'))).toEqual({ n: 4 });
    connection.close();
  });
});
