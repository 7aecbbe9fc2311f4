import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findForged } from '../../src/store/sqlite/signing/find-forged.ts';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { openSigned } from '../support/signed.ts';
import { readRow, tamper } from '../support/sql.ts';

let made: string;
const clock = fixedClock();

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'otpctl-test-'));
  const run = (line: string, stdin = '') => otpctl(line.split(' '), { home: made, clock, stdin });
  await run('settings set totp.digits=8');
  await run('settings set pin.lockAfter=5');
  await run('device create pin --user ada --pin-stdin', '12345678');
  await run('device create totp --user bob --show-secret');
  await run('device challenge 1');
  await run('device verify 1 999');
  await run('device enable 2');
  await run('device create sms --user cy --phone +33612345678');
  await run('user set ada --attr mail=ada@example.com --group vpn');
  await run('apikey create desk --role helpdesk --expires 90d');
  await run('apikey create ops --role query --expires 90d');
});

afterAll(() => rmSync(made, { recursive: true, force: true }));

function copied() {
  const home = temporaryHome();
  cpSync(made, home, { recursive: true });
  const run = (line: string, stdin = '') => otpctl(line.split(' '), { home, clock, stdin });
  return { home, run, store: storeOf(home), sql: (text: string) => tamper(storeOf(home), text) };
}

const findings = async ({ home }: { home: string }) => {
  const { stdout } = await otpctl(['store', 'check', '-o', 'json'], { home, clock });
  return (JSON.parse(stdout) as { finding: string; known?: boolean }[]).filter(({ known }) => !known);
};

/** Another value for a column of a type. */
const other = (type: string, column: string) =>
  type === 'INTEGER'
    ? `coalesce(${column}, 0) + 1000`
    : type === 'BLOB'
      ? `CAST(coalesce(${column}, x'') || x'00' AS BLOB)`
      : `coalesce(${column}, '') || 'x'`;

/** A row of each signed table. */
const SIGNED = { devices: 'id = 1', users: 'id = 1', settings: "key = 'totp.digits'", api_keys: "name = 'desk'" };

describe('a row that somebody else wrote', () => {
  it('is found whichever column of whichever signed table it is, one at a time', async () => {
    const { store, home } = copied();
    expect(await findings({ home })).toEqual([]);
    const { connection, rows } = openSigned(store, { home });
    const missed: string[] = [];
    let tried = 0;
    for (const [table, row] of Object.entries(SIGNED)) {
      for (const { name, type } of connection.all(`PRAGMA table_info(${table})`)) {
        connection.exec(
          `PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; BEGIN;
           UPDATE ${table} SET ${name} = ${other(String(type), String(name))} WHERE ${row}`,
        );
        tried += 1;
        if ([...findForged(connection, rows)].length === 0) missed.push(`${table}.${name}`);
        connection.exec('ROLLBACK');
      }
    }
    expect([...findForged(connection, rows)]).toEqual([]);
    connection.close();
    expect(missed).toEqual([]);
    expect(tried).toBe(56);
  });

  const NO = { exit: 7, stderr: expect.stringContaining('is not what otpctl wrote') };

  it.each([
    ['enabled', "UPDATE devices SET status = 'V'"],
    ['given away', "UPDATE devices SET user = 'eve', user_fold = 'eve'"],
    ['given another user', 'UPDATE devices SET user_id = 2 WHERE id = 1'],
    ['cleared of fails', 'UPDATE devices SET fails = 0, status_before_lock = NULL'],
    ['without its signature', 'UPDATE devices SET mac = NULL'],
    ['with the signature of another', 'UPDATE devices SET mac = (SELECT mac FROM devices WHERE id = 2) WHERE id = 1'],
    ['with another challenge', "UPDATE challenges SET positions = '[1,2,3]', id = 'x'"],
    ['with a challenge that was tried less', 'UPDATE challenges SET tries = -3'],
    ['with a user who is active again', 'UPDATE users SET active = 0; UPDATE users SET active = 1, modified = 5'],
    ['by a looser setting', "UPDATE settings SET value = '50' WHERE key = 'pin.lockAfter'"],
    ['by a setting that is gone', "DELETE FROM settings WHERE key = 'pin.lockAfter'"],
    ['by a setting that was never set', "INSERT INTO settings (key, value) VALUES ('totp.window', '9')"],
  ])('is no device to decide about: %s', async (_what, sql) => {
    const { home, run, sql: forge } = copied();
    const before = readRow(storeOf(home), 'SELECT count(*) AS n FROM audit')?.['n'] as number;
    forge(sql);
    for (const line of ['device verify 1 123', 'device challenge 1', 'device lock 1', 'device reset-fails 1']) {
      expect(await run(line)).toMatchObject(NO);
    }
    const told = await json<{ result: string; deviceId: string }[]>(['audit', 'list'], { home, clock });
    expect(told.slice(before).map(({ result }) => result)).toEqual(
      Array(4).fill(expect.stringMatching(/^failed: the (device|user|setting)s? was forged|^failed: the settings/)),
    );
    expect(await run('audit verify')).toMatchObject({ exit: 0 });
    expect(await run('store check')).toMatchObject({ exit: 1 });
    // It can be deleted, and nothing else.
    expect(await run('device delete 1 --yes')).toMatchObject({ exit: 0 });
  });

  it('is found when a device is put back as it was before', async () => {
    const { run, store, sql } = copied();
    const columns = (
      JSON.parse(
        String(readRow(store, `SELECT json_group_array(name) AS n FROM pragma_table_info('devices')`)?.['n']),
      ) as string[]
    ).join(', ');
    sql('CREATE TABLE kept AS SELECT * FROM devices WHERE id = 2');
    const kept = readRow(store, 'SELECT count(*) AS n FROM kept');
    expect(kept).toEqual({ n: 1 });
    // A store with a table that is not ours is refused: the copy goes to another file.
    const aside = `${store}.aside`;
    sql(`ATTACH '${aside}' AS aside; CREATE TABLE aside.kept AS SELECT * FROM main.kept; DROP TABLE main.kept`);
    expect(await run('device disable 2')).toMatchObject({ exit: 0 });
    sql(
      `ATTACH '${aside}' AS aside; DELETE FROM devices WHERE id = 2;
       INSERT INTO devices (${columns}) SELECT ${columns} FROM aside.kept`,
    );
    expect(await run('device verify 2 12345678')).toMatchObject(NO);
    expect((await run('store check')).stdout).toContain('device 2 is not what otpctl wrote');
  });

  it('is left alone by a bulk run, with the reason, and is forged after it, too', async () => {
    const { run, sql, home } = copied();
    sql('UPDATE devices SET fails = 9 WHERE id = 2');
    await run('device disable 2 3 --yes');
    expect((await run('bulk show 1')).stdout).toContain('somebody has changed it in the store');
    expect((await run('device show 3')).stdout).toContain('disabled');
    expect(await findings({ home })).toHaveLength(1);
  });

  it('stays forged through a rotation of the keys, and through a restore', async () => {
    const { run, sql, home } = copied();
    sql('UPDATE devices SET fails = 9 WHERE id = 2');
    expect(await run('store key rotate --yes')).toMatchObject({ exit: 0 });
    expect(await findings({ home })).toHaveLength(1);
    const backup = join(home, 'backup');
    expect(await run(`store backup ${backup}`)).toMatchObject({ exit: 1 });
    expect(await run(`store restore ${backup} --yes`)).toMatchObject({ exit: expect.any(Number) });
    expect((await findings({ home })).map(({ finding }) => finding)).toContain('device 2 is not what otpctl wrote');
  });

  it('is signed as it is once somebody answers for it, and that is in the log', async () => {
    const { run, sql, home } = copied();
    sql(
      "UPDATE devices SET fails = 2 WHERE id = 2; DELETE FROM settings WHERE key = 'pin.lockAfter'; UPDATE users SET active = 0 WHERE id = 2",
    );
    expect(await findings({ home })).toHaveLength(3);
    expect(await run('store check --sign')).toMatchObject({ exit: 2 });
    expect(await run('store check --sign --yes --reason tested')).toMatchObject({ exit: 0 });
    expect(await findings({ home })).toEqual([]);
    const told = await json<{ action: string; result: string }[]>(['audit', 'list'], { home, clock });
    expect(told.filter(({ action }) => action === 'store.sign').map(({ result }) => result)).toEqual([
      'ok: device 2',
      'ok: user bob',
      'ok: which of the settings there are',
    ]);
    expect(await run('device lock 2')).toMatchObject({ exit: 0 });
  });

  it('is not signed because the store says that it is of an earlier schema', async () => {
    const { run, sql, home } = copied();
    sql("UPDATE devices SET status = 'V', mac = NULL, entry = 0; DELETE FROM signatures");
    expect(await run('device verify 1 123')).toMatchObject(NO);
    expect((await findings({ home })).length).toBeGreaterThan(2);
  });

  it('is no API key: not one whose roles were raised, not one that was put in, not one that came back', async () => {
    const { run, sql } = copied();
    sql(`UPDATE api_keys SET roles = '["super"]' WHERE name = 'ops'`);
    expect(await run('apikey rotate ops --overlap 1d')).toMatchObject({
      exit: 7,
      stderr: expect.stringContaining('is not what otpctl wrote'),
    });
    expect(await run('apikey rotate desk --overlap 1d')).toMatchObject({ exit: 0 });
    expect(await run('apikey revoke ops')).toMatchObject({ exit: 0 });
    expect(await run('store check')).toMatchObject({ exit: 0 });
    sql(`INSERT INTO api_keys (id, name, name_fold, roles, created, expires, rotated, hash)
         VALUES ('0123456789ab', 'eve', 'eve', '["super"]', 0, NULL, 0, zeroblob(32))`);
    expect(await run('apikey create more --role query --expires 1d')).toMatchObject({ exit: 7 });
  });
});
