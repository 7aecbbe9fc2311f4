import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { storeError } from '../../src/store/sqlite/connection/sqlite-errors.ts';
import { openStore } from '../../src/store/sqlite/open-store.ts';
import { schemaOf } from '../../src/store/sqlite/schema/check-schema.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';
import { ORIGIN } from '../support/backends.ts';
import { otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { servedStore } from '../support/served-store.ts';
import { readRow, tamper } from '../support/sql.ts';

const EMAIL = ['device', 'create', 'email', '--user', 'ada', '--email', 'ada@example.com'];

describe('a store', () => {
  it('is a file of its owner in a folder of its owner, in WAL mode, and ours', async () => {
    const home = temporaryHome();
    expect(await otpctl(EMAIL, { home })).toMatchObject({ exit: 0 });
    const path = storeOf(home);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readRow(path, 'PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(readRow(path, 'PRAGMA application_id')).toEqual({ application_id: 0x6f747063 });
    const { sql } = readRow(path, `SELECT group_concat(sql) AS sql FROM sqlite_schema WHERE type = 'table'`);
    const tables = String(sql).match(/CREATE TABLE/g) ?? [];
    expect(tables.length).toBeGreaterThan(5);
    expect(String(sql).match(/\) STRICT/g)).toHaveLength(tables.length);
  });

  it('is opened with synchronous = FULL on every connection', async () => {
    const home = temporaryHome();
    await otpctl(['store', 'init'], { home });
    for (const connection of [openConnection(storeOf(home)), openStore(storeOf(home))]) {
      expect(connection.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
      expect(connection.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
      expect(Number(connection.get('PRAGMA busy_timeout')?.['timeout'])).toBeGreaterThanOrEqual(5000);
      connection.close();
    }
  });

  it.each([
    'device list',
    'device show 1',
    'device verify 1 123456',
    'device delete 1 --yes',
    'audit list',
    'audit verify',
    'store info',
    'store check',
    'store migrate',
  ])('that is not there is exit 2 with its path, and is not made by:  %s', async (line) => {
    const home = temporaryHome();
    const { exit, stderr } = await otpctl(line.split(' '), { home });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(storeOf(home)) });
    expect(() => statSync(storeOf(home))).toThrow('ENOENT');
  });

  it('is not made by a creation that is refused', async () => {
    const home = temporaryHome();
    for (const more of [
      ['--email', 'x'],
      ['--user', ''],
      ['--digits', '7'],
    ]) {
      expect(await otpctl([...EMAIL, ...more], { home })).toMatchObject({ exit: 2 });
    }
    expect(() => statSync(storeOf(home))).toThrow('ENOENT');
  });

  it('is not made twice', async () => {
    const home = temporaryHome();
    expect(await otpctl(['store', 'init'], { home })).toMatchObject({ exit: 0 });
    const before = readFileSync(storeOf(home));
    expect(await otpctl(['store', 'init'], { home })).toMatchObject({ exit: 5 });
    expect(readFileSync(storeOf(home)).equals(before)).toBe(true);
  });

  const spoilt: [string, string, (path: string) => void][] = [
    ['a directory', 'is a directory', (path) => mkdirSync(path)],
    ['empty', 'is empty', (path) => writeFileSync(path, '', { mode: 0o600 })],
    [
      'text',
      'not an otpctl store',
      (path) => writeFileSync(path, 'not a database, but long enough to be read as one\n'.repeat(40), { mode: 0o600 }),
    ],
    [
      'the database of another program',
      'is a database of another program',
      (path) => tamper(path, 'CREATE TABLE t (x)'),
    ],
  ];
  it.each(spoilt)('that is %s is exit 2 and one sentence, and stays as it is', async (_what, sentence, spoil) => {
    const home = temporaryHome();
    const path = join(home, 'x.db');
    spoil(path);
    const before = statSync(path);
    for (const line of [EMAIL, ['device', 'list'], ['store', 'check'], ['store', 'info']]) {
      const { exit, stderr } = await otpctl([...line, '--store', path], { home });
      expect(exit).toBe(2);
      expect(stderr).toContain(sentence);
      expect(stderr).toContain(path);
      expect(stderr.split('\n')[0]).toMatch(/^error: /);
    }
    expect(statSync(path)).toMatchObject({ size: before.size, mode: before.mode });
  });

  it('of a newer schema is refused, and stays as it is', async () => {
    const home = temporaryHome();
    await otpctl(EMAIL, { home });
    tamper(storeOf(home), 'PRAGMA user_version = 99');
    for (const line of [EMAIL, ['device', 'list'], ['store', 'migrate']]) {
      const { exit, stderr } = await otpctl(line, { home });
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('has schema 99') });
    }
    expect(readRow(storeOf(home), 'PRAGMA user_version')).toEqual({ user_version: 99 });
  });

  it('that others can reach is exit 2, with the command that mends it', async () => {
    const home = temporaryHome();
    await otpctl(EMAIL, { home });
    chmodSync(storeOf(home), 0o644);
    const { exit, stderr } = await otpctl(['device', 'list'], { home });
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining(`chmod 600 ${storeOf(home)}`) });
  });

  it('that may only be read is listed, refuses a change, and is none the worse for it', async () => {
    const home = temporaryHome();
    await otpctl(EMAIL, { home });
    chmodSync(storeOf(home), 0o400);
    expect(await otpctl(['device', 'list', '-q'], { home })).toMatchObject({ exit: 0, stdout: '1\n' });
    const change = await otpctl(['device', 'disable', '1'], { home });
    expect(change).toMatchObject({ exit: 2, stderr: expect.stringContaining('cannot be written') });
    expect(readdirSync(dirname(storeOf(home)))).toEqual(['otpctl.db']);
    chmodSync(storeOf(home), 0o600);
    expect(await otpctl(['device', 'disable', '1'], { home })).toMatchObject({ exit: 0 });
  });

  it('that is a copy opens with the same key, and not without', async () => {
    const home = temporaryHome();
    await otpctl(EMAIL, { home });
    const thief = temporaryHome();
    copyFileSync(storeOf(home), join(thief, 'copy.db'));
    const line = ['device', 'disable', '1', '--store', join(thief, 'copy.db')];
    expect(await otpctl(line, { home: thief })).toMatchObject({ exit: 2 });
    expect(await otpctl(line, { home })).toMatchObject({ exit: 0 });
  });

  it.each(['another file', 'nothing'])(
    'is not gone on with where %s is in its place: keys revoked there would be good',
    async (what) => {
      const served = await servedStore();
      const key = await served.key('super');
      const basic = `Basic ${Buffer.from(`key1:${key}`).toString('base64')}`;
      const whoami = () => fetch(`${served.url}/otpctl/v1/whoami`, { headers: { authorization: basic } });
      expect((await whoami()).status).toBe(200);
      expect((await served.send(key, 'GET', '/otpctl/v1/devices')).status).toBe(200);
      const copy = `${served.store}.copy`;
      copyFileSync(served.store, copy);
      renameSync(served.store, `${served.store}.aside`);
      if (what === 'another file') renameSync(copy, served.store);
      for (const answer of [
        await whoami(),
        await served.send(key, 'GET', '/otpctl/v1/devices'),
        await served.send(key, 'PATCH', '/otpctl/v1/settings', { values: { 'totp.digits': 8 } }),
      ]) {
        expect(answer.status).toBe(503);
      }
      await expect(served.beside.users.set([{ name: 'ada', attributes: {} }], ORIGIN)).rejects.toThrow(
        'was replaced or removed while it was open',
      );
      renameSync(`${served.store}.aside`, served.store);
      expect((await served.send(key, 'GET', '/otpctl/v1/devices')).status).toBe(200);
    },
  );
});

describe('a migration', () => {
  const NEXT = [...MIGRATIONS, 'ALTER TABLE devices ADD COLUMN note TEXT'];

  it('takes an older store forward, and finds it done the next time', async () => {
    const home = temporaryHome();
    await otpctl(EMAIL, { home });
    for (const _ of [1, 2]) {
      const connection = openStore(storeOf(home), { migrations: NEXT });
      expect(schemaOf(connection)).toBe(MIGRATIONS.length + 1);
      expect(connection.get('SELECT note FROM devices')).toEqual({ note: null });
      connection.close();
    }
  });

  it('that fails leaves the store as it was', async () => {
    const home = temporaryHome();
    await otpctl(EMAIL, { home });
    expect(() => openStore(storeOf(home), { migrations: [...NEXT, 'ALTER TABLE nothing ADD COLUMN x'] })).toThrow();
    expect(await otpctl(['device', 'list', '--count'], { home })).toMatchObject({ exit: 0, stdout: '1\n' });
    expect(readRow(storeOf(home), 'PRAGMA user_version')).toEqual({ user_version: MIGRATIONS.length });
  });
});

describe('what SQLite reports', () => {
  it.each([
    [5, 'store-busy'],
    [517, 'store-busy'],
    [8, 'store-read-only'],
    [1032, 'store-read-only'],
    [10, 'disk'],
    [11, 'store-damaged'],
    [13, 'disk'],
    [14, 'store-unusable'],
    [26, 'store-unusable'],
  ])('with errcode %i is %s', (errcode, code) => {
    expect(storeError(Object.assign(new Error('x'), { errcode }), '/s.db')).toMatchObject({ code });
  });

  it('is left as it is when it is a bug', () => {
    const bug = Object.assign(new Error('no such column'), { errcode: 1 });
    expect(storeError(bug, '/s.db')).toBe(bug);
    expect(storeError('text', '/s.db')).toBe('text');
  });
});
