import { describe, expect, it, onTestFinished } from 'vitest';
import { openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { migrate } from '../../src/store/sqlite/schema/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';
import { json, type Outcome, otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { readRow } from '../support/sql.ts';

const ADD = 'ds100 add 140100080 --token-serial 014010008031 --user-id u-ada --user ada@example.com';

function registry() {
  const home = temporaryHome();
  const clock = fixedClock();
  return {
    home,
    clock,
    run: (line: string, stdin = ''): Promise<Outcome> => otpctl(line.split(' '), { home, clock, stdin }),
    read: <T>(line: string) => json<T>(line.split(' '), { home, clock }),
  };
}

describe('the local registry of DS100 devices', () => {
  it('is made by add, and by nothing else', async () => {
    const { run } = registry();
    for (const line of ['list', 'show 140100080', 'disable 140100080', 'enable --user a', 'delete 140100080 --yes']) {
      expect(await run(`ds100 ${line}`)).toMatchObject({ exit: 2, stderr: expect.stringContaining('no store') });
    }
    expect(await run(ADD)).toMatchObject({ exit: 0 });
    expect(await run('ds100 list -q')).toMatchObject({ exit: 0, stdout: '140100080\n' });
  });

  it('says with every answer that RSA is unchanged', async () => {
    const { run } = registry();
    for (const line of [
      ADD,
      'ds100 list',
      'ds100 list --user ada@example.com -o json',
      'ds100 show 140100080 -o csv',
      'ds100 disable 140100080',
      'ds100 disable 140100080 -o jsonl',
      'ds100 enable --user ADA@example.com -q',
      'ds100 clear-pin 140100080 --yes',
      'ds100 delete 140100080 --yes',
      'ds100 list',
    ]) {
      const { exit, stderr } = await run(line);
      expect({ line, exit, stderr }).toEqual({ line, exit: 0, stderr: expect.stringContaining('RSA is unchanged') });
    }
    const { exit } = await run('ds100 disable --from -', '140100080\n');
    expect(exit).toBe(6);
  });

  it('has records of the shape of RSA', async () => {
    const { run, read } = registry();
    await run(`${ADD} --name key-of-ada`);
    expect(await read('ds100 show 140100080')).toEqual({
      name: 'key-of-ada',
      userId: 'u-ada',
      deviceType: 'SecurID DS100',
      registeredDate: '2022-01-01T00:00:00Z',
      tokenSerialNumber: '014010008031',
      updatedAt: '2022-01-01T00:00:00Z',
      tokenStatus: 'Enabled',
      deviceSerialNumber: '140100080',
    });
  });

  it('prints one device as one object, and those of a file as an array', async () => {
    const { run, read } = registry();
    expect(await read(ADD)).toMatchObject({ deviceSerialNumber: '140100080' });
    const row = JSON.stringify({ deviceSerialNumber: '140100081', tokenSerialNumber: '014010008131', userId: 'b' });
    const { stdout } = await run('ds100 import - -o json', row);
    expect(JSON.parse(stdout)).toMatchObject([{ deviceSerialNumber: '140100081' }]);
    const more = 'ds100 add 140100082 --token-serial 014010008231 --user-id c';
    expect(await read(`${more} --columns userId`)).toEqual({ userId: 'c' });
  });

  it('is found by the serial number of the token too', async () => {
    const { run } = registry();
    await run(ADD);
    expect(await run('ds100 disable 014010008031 --user-id u-ada')).toMatchObject({ exit: 0 });
    expect(await run('ds100 show 014010008031 -o csv --columns tokenStatus')).toMatchObject({
      stdout: 'tokenStatus\nDisabled\n',
    });
    expect(await run('ds100 show 014010008099')).toMatchObject({ exit: 3 });
  });

  it('does not guess among several users with one address', async () => {
    const { run } = registry();
    await run(ADD);
    await run('ds100 add 140100081 --token-serial 014010008131 --user-id u-other --user ADA@example.com');
    const { exit, stderr } = await run('ds100 disable --user ada@example.com');
    expect({ exit, stderr }).toEqual({ exit: 5, stderr: expect.stringContaining('u-ada, u-other') });
    expect(await run('ds100 disable --user u-other')).toMatchObject({ exit: 0 });
  });

  it('comes into a store of before, which keeps what it has', () => {
    const step = MIGRATIONS.findIndex((sql) => sql.includes('CREATE TABLE ds100'));
    expect(step).toBeGreaterThan(0);
    const connection = openConnection(':memory:');
    onTestFinished(() => connection.close());
    migrate(connection, MIGRATIONS.slice(0, step));
    connection.exec(`INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified)
                     VALUES (1, 'n', 'n', 'TOTP', 'ada', 'ada', 'V', 0, 0)`);
    migrate(connection, MIGRATIONS);
    expect(connection.get('SELECT count(*) AS n FROM devices')).toEqual({ n: 1 });
    expect(connection.get('SELECT count(*) AS n FROM ds100')).toEqual({ n: 0 });
  });

  it('keeps every change in the audit log, with its reason, and a change that changes nothing not', async () => {
    const { run, read } = registry();
    await run(ADD);
    await run('ds100 disable 140100080 --reason lost --ticket INC-7');
    await run('ds100 disable 140100080 --reason again');
    await run('ds100 enable 140100080');
    await run('ds100 clear-pin 140100080 --yes');
    await run('ds100 delete 140100080 --yes');
    const entries = await read<Record<string, string>[]>('audit list --user u-ada');
    const object = 'DS100 140100080 (token 014010008031) of u-ada';
    expect(entries).toMatchObject([
      { action: 'ds100.add', object, result: 'ok' },
      { action: 'ds100.disable', object, result: 'ok: Enabled to Disabled', reason: 'lost', ticket: 'INC-7' },
      { action: 'ds100.enable', object, result: 'ok: Disabled to Enabled' },
      { action: 'ds100.clear-pin', object, result: 'ok' },
      { action: 'ds100.delete', object, result: 'ok' },
    ]);
    expect(entries).toHaveLength(5);
    expect(await run('audit verify')).toMatchObject({ exit: 0 });
    expect(await run('store check')).toMatchObject({ exit: 0 });
  });

  it('refuses a serial number that is there, and keeps what it has', async () => {
    const { run } = registry();
    await run(ADD);
    expect(await run('ds100 add 140100080 --token-serial 014010008032 --user-id b')).toMatchObject({ exit: 5 });
    expect(await run('ds100 add 140100081 --token-serial 014010008031 --user-id b')).toMatchObject({ exit: 5 });
    expect(await run('ds100 list -o csv --columns deviceSerialNumber,userId')).toMatchObject({
      stdout: 'deviceSerialNumber,userId\n140100080,u-ada\n',
    });
  });

  it.each([
    ['ds100 add 140100080 --user-id u', '--token-serial is missing'],
    ['ds100 add 140100080 --token-serial 014010008031', '--user-id is missing'],
    ['ds100 add 014010008031 --token-serial 014010008031 --user-id u', 'is the serial number of a token'],
    ['ds100 add 140100080 --token-serial 140100080 --user-id u', 'is the serial number of a device'],
  ])('refuses  %s', async (line, sentence) => {
    const { run } = registry();
    expect(await run(line)).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(sentence) });
  });

  it('imports a file, all of it or nothing', async () => {
    const { run, home } = registry();
    const heading = 'deviceSerialNumber,tokenSerialNumber,userId,email,tokenStatus';
    const good = `${heading}\n140100080,014010008031,u-ada,ada@example.com,Disabled\n140100081,014010008131,u-bob,,\n`;
    expect(await run('ds100 import - -q', good)).toMatchObject({ exit: 0, stdout: '140100080\n140100081\n' });
    expect(await run('ds100 list -o csv --columns userId,tokenStatus')).toMatchObject({
      stdout: 'userId,tokenStatus\nu-ada,Disabled\nu-bob,Enabled\n',
    });
    const again = `${heading}\n140100082,014010008231,u-cy,,\n140100080,014010008031,u-ada,,\n`;
    expect(await run('ds100 import -', again)).toMatchObject({ exit: 5 });
    expect(await run('ds100 import -', `${heading}\n140100083,14010008331,u-cy,,\n`)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('line 2: "14010008331" is not a serial number of a DS100; a leading zero'),
    });
    expect(readRow(storeOf(home), 'SELECT count(*) AS n FROM ds100')).toEqual({ n: 2 });
    expect(readRow(storeOf(home), "SELECT count(*) AS n FROM audit WHERE action = 'ds100.add'")).toEqual({ n: 2 });
  });

  it('imports what another one lists', async () => {
    const { run } = registry();
    await run(ADD);
    const { stdout } = await run('ds100 list -o json');
    const other = registry();
    expect(await other.run('ds100 import -', stdout)).toMatchObject({ exit: 0 });
    expect(await other.run('ds100 list -q')).toMatchObject({ stdout: '140100080\n' });
  });
});
