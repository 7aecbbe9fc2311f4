import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/sqlite/open-store.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';
import { json, otpctl } from '../support/cli.ts';
import { forgedBackup } from '../support/forged-backup.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { servedStore } from '../support/served-store.ts';

const PIN = ['device', 'create', 'pin', '--user', 'ada', '--pin-stdin'];

async function place() {
  const home = temporaryHome();
  await otpctl(PIN, { home, stdin: '12345678' });
  return { home, path: storeOf(home) };
}

/** Runs SQL as somebody with the file could, who may write to the schema itself. */
function rewrite(path: string, sql: string): void {
  const database = new DatabaseSync(path, { defensive: false, enableForeignKeyConstraints: false });
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** Changes the text of an object in the schema, and has SQLite believe it. */
const edited = (name: string, from: string, to: string) => `
  PRAGMA writable_schema = ON;
  UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}') WHERE name = '${name}';
  PRAGMA writable_schema = RESET`;

/** Has an object begin on another page. */
const moved = (name: string, page: string) => `
  PRAGMA writable_schema = ON;
  UPDATE sqlite_schema SET rootpage = ${page} WHERE name = '${name}';
  PRAGMA writable_schema = RESET`;

const UNLOCK = 'AFTER UPDATE ON devices BEGIN UPDATE devices SET fails = 0; END';

const FOREIGN: [what: string, named: string, sql: string][] = [
  ['a trigger', 'trigger "t"', `CREATE TRIGGER t ${UNLOCK}`],
  ['a trigger with the name of a table', 'trigger "settings"', `CREATE TRIGGER settings ${UNLOCK}`],
  [
    'a trigger with the name of a table, placed first',
    'trigger "settings"',
    `CREATE TRIGGER settings ${UNLOCK};
     PRAGMA writable_schema = ON;
     UPDATE sqlite_schema SET rowid = rowid + 1000 WHERE tbl_name = 'settings';
     PRAGMA writable_schema = RESET`,
  ],
  ['a trigger with the name of an index', 'trigger "devices_by_user"', `CREATE TRIGGER devices_by_user ${UNLOCK}`],
  ['a trigger whose name differs in case', 'trigger "Devices"', `CREATE TRIGGER Devices ${UNLOCK}`],
  ['a view', 'view "v"', 'CREATE VIEW v AS SELECT 1'],
  ['a virtual table', 'table "words"', 'CREATE VIRTUAL TABLE words USING fts5(x)'],
  ['a table', 'table "more"', 'CREATE TABLE more (x)'],
  ['statistics of the planner', 'table "sqlite_stat1"', 'ANALYZE'],
  ['an index', 'index "more"', 'CREATE UNIQUE INDEX more ON devices (fails)'],
  ['a lost index', 'index "devices_by_user"', 'DROP INDEX devices_by_user'],
  [
    'an index of the same name on another column',
    'index "devices_by_user"',
    'DROP INDEX devices_by_user; CREATE INDEX devices_by_user ON devices (user)',
  ],
  [
    'an index that is unique no more',
    'index "api_keys_current"',
    'DROP INDEX api_keys_current; CREATE INDEX api_keys_current ON api_keys (name_fold) WHERE rotated = 0',
  ],
  ['a column', 'table "devices"', 'ALTER TABLE devices ADD COLUMN more TEXT'],
  ['a generated column', 'table "devices"', 'ALTER TABLE devices ADD COLUMN more INTEGER AS (fails + 1)'],
  [
    'a default that was changed',
    'table "devices"',
    edited('devices', 'NOT NULL DEFAULT 0 CHECK (fails >= 0)', 'NOT NULL DEFAULT 9 CHECK (fails >= 0)'),
  ],
  ['a check that was changed', 'table "devices"', edited('devices', 'CHECK (fails >= 0)', 'CHECK (fails >= -30)')],
  ['a check that is gone', 'table "devices"', edited('devices', 'CHECK (fails >= 0)', '')],
  [
    'a conflict that is passed over',
    'table "audit"',
    edited('audit', 'seq        INTEGER PRIMARY KEY', 'seq        INTEGER PRIMARY KEY ON CONFLICT IGNORE'),
  ],
  [
    'a table on the page of another',
    'table "',
    moved('settings', `(SELECT rootpage FROM sqlite_schema WHERE name = 'users')`),
  ],
  ['an index on no page', 'index "devices_by_user"', moved('devices_by_user', '0')],
  ['an index on the page of the schema', 'index "devices_by_user"', moved('devices_by_user', '1')],
  ['a space more', 'table "devices"', edited('devices', 'fails               INTEGER', 'fails                INTEGER')],
  ['another case', 'table "devices"', edited('devices', 'fails   ', 'FAILS   ')],
  ['a comment', 'index "devices_by_user"', edited('devices_by_user', 'ON devices', 'ON /* */ devices')],
];

describe('a store with a schema that is not of otpctl', () => {
  it.each(FOREIGN)('is refused by what opens it, and named by store check: %s', async (_what, named, sql) => {
    const { home, path } = await place();
    rewrite(path, sql);
    const before = new DatabaseSync(path, { readOnly: true });
    for (const line of ['device list', 'device show 1', 'device verify 1 123', 'audit verify', 'store info']) {
      const { exit, stdout, stderr } = await otpctl(line.split(' '), { home });
      expect({ line, exit, stdout }).toEqual({ line, exit: 7, stdout: '' });
      expect(stderr).toContain(named);
      expect(stderr).toContain('otpctl store check');
    }
    for (const line of [['check'], ['check', '--repair']]) {
      const { exit, stdout } = await otpctl(['store', ...line, '-o', 'json'], { home });
      const findings = (JSON.parse(stdout) as { finding: string }[]).map(({ finding }) => finding);
      expect({ exit, findings: findings.join('\n') }).toEqual({ exit: 1, findings: expect.stringContaining(named) });
    }
    expect(before.prepare('SELECT fails AS n FROM devices').get()?.['n']).toBe(0);
    before.close();
  });

  it('is refused by a server that opens it a second time, for its long answers', async () => {
    const served = await servedStore();
    const key = await served.key('super');
    expect((await served.send(key, 'GET', '/otpctl/v1/whoami')).status).toBe(200);
    rewrite(served.store, 'ALTER TABLE users RENAME TO shown; CREATE VIEW users AS SELECT * FROM shown');
    for (const path of ['users', 'audit', 'audit/chain', 'audit/verification']) {
      const answer = await served.send(key, 'GET', `/otpctl/v1/${path}`);
      expect({ path, status: answer.status }).toEqual({ path, status: 500 });
    }
    const failures = served
      .logged()
      .split('\n')
      .filter((line) => line.includes('request failed'));
    expect(failures).toHaveLength(4);
    for (const line of failures) expect(line).toContain('in the schema of the store');
  });

  it('is refused where SQLite itself cannot make sense of it', async () => {
    const { home, path } = await place();
    rewrite(
      path,
      `CREATE TRIGGER t ${UNLOCK};
       PRAGMA writable_schema = ON;
       UPDATE sqlite_schema SET name = 'sqlite_autoindex_ds100_1' WHERE name = 't';
       PRAGMA writable_schema = RESET`,
    );
    expect(await otpctl(['device', 'list'], { home })).toMatchObject({ exit: 7, stdout: '' });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 1 });
  });

  it.each([
    'store backup there',
    'store migrate',
    'store key rotate --yes',
    'store key move --to file',
    'serve --port 0',
    'settings set totp.digits=8',
    'apikey create ops --role query',
    'bulk runs',
    'bulk disable-stale --unused-for 1d --yes',
    'user list',
    'ds100 list',
    'why ada',
    'audit list',
    'audit prune --before 2020-01-01 --yes',
  ])('is refused by  %s', async (line) => {
    const { home, path } = await place();
    rewrite(path, `CREATE TRIGGER settings ${UNLOCK}`);
    const { exit, stderr } = await otpctl(line.replace('there', join(home, 'b')).split(' '), { home });
    expect({ exit, stderr }).toEqual({ exit: 7, stderr: expect.stringContaining('trigger "settings"') });
    expect(readdirSync(home).filter((name) => name.startsWith('b'))).toEqual([]);
  });

  it('is refused in an older schema before anything is migrated', async () => {
    const { home, path } = await place();
    for (const schema of [1, 4, 6]) {
      const bytes = readFileSync(join(import.meta.dirname, 'schemas', `schema-${schema}.db`));
      const older = join(home, `schema-${schema}.db`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(older, bytes, { mode: 0o600 });
      rewrite(older, `CREATE TRIGGER devices ${UNLOCK}`);
      for (const line of ['device list', 'store migrate', 'store info']) {
        const { exit, stderr } = await otpctl([...line.split(' '), '--store', older], { home });
        expect({ exit, stderr }).toEqual({ exit: 7, stderr: expect.stringContaining('trigger "devices"') });
      }
      expect(await otpctl(['store', 'check', '--store', older], { home })).toMatchObject({
        exit: 1,
        stdout: expect.stringContaining('trigger "devices"'),
      });
      const file = new DatabaseSync(older);
      expect(file.prepare('PRAGMA user_version').get()).toEqual({ user_version: schema });
      file.close();
    }
  });

  it('is not migrated from a version that it is not of', async () => {
    const { home, path } = await place();
    rewrite(path, 'PRAGMA user_version = 3');
    for (const line of ['device list', 'store migrate', 'device verify 1 123']) {
      const { exit, stderr } = await otpctl(line.split(' '), { home });
      expect({ exit, stderr }).toEqual({ exit: 7, stderr: expect.stringContaining('in the schema of the store') });
    }
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 1 });
    const file = new DatabaseSync(path);
    expect(file.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
    file.close();
  });

  it('is noticed by a process that opened it before, at its next change', async () => {
    const { path } = await place();
    const connection = openStore(path);
    connection.immediate(() => {});
    rewrite(path, `CREATE TRIGGER settings ${UNLOCK}`);
    expect(() => connection.immediate(() => connection.run('UPDATE devices SET fails = 5'))).toThrow(
      'trigger "settings"',
    );
    expect(connection.get('SELECT fails FROM devices')).toEqual({ fails: 0 });
    rewrite(path, 'DROP TRIGGER settings; VACUUM');
    connection.immediate(() => connection.run('UPDATE devices SET fails = 5'));
    expect(connection.get('SELECT fails FROM devices')).toEqual({ fails: 5 });
    connection.close();
  });

  it('does not hold a process that is older than the schema', async () => {
    const { path } = await place();
    const connection = openStore(path);
    rewrite(path, 'PRAGMA user_version = 99; CREATE TABLE later (x)');
    expect(() => connection.immediate(() => {})).toThrow('has schema 99');
    connection.close();
  });

  it('cannot write to its own schema, or trust it', async () => {
    const { path } = await place();
    const connection = openStore(path);
    connection.exec('PRAGMA writable_schema = ON');
    expect(() => connection.exec(`UPDATE sqlite_schema SET sql = 'x'`)).toThrow('may not be modified');
    expect(connection.get('PRAGMA trusted_schema')).toEqual({ trusted_schema: 0 });
    expect(connection.get('PRAGMA cell_size_check')).toEqual({ cell_size_check: 1 });
    connection.close();
  });

  it('is no place that completions are read from', async () => {
    const { home, path } = await place();
    const asked = () => otpctl(['__complete', 'devices', ''], { home });
    expect((await asked()).stdout).toContain('Security number');
    rewrite(path, 'CREATE VIEW v AS SELECT 1');
    expect(await asked()).toMatchObject({ exit: 0, stdout: '' });
  });
});

describe('a backup with a schema that is not of otpctl', () => {
  it('is not restored, though its digests are right', async () => {
    const { home } = await place();
    const file = join(home, 'b');
    forgedBackup(home, file, (copy) => rewrite(copy, `CREATE TRIGGER settings ${UNLOCK}`));
    const line = ['store', 'restore', file, '--store', join(home, 'new.db'), '--yes'];
    const { exit, stderr } = await otpctl(line, { home });
    expect({ exit, stderr }).toEqual({ exit: 5, stderr: expect.stringContaining('trigger "settings"') });
    expect(readdirSync(home).filter((name) => name.startsWith('new'))).toEqual([]);
  });

  it('goes over a store that has one, which says nothing about what it used', async () => {
    const { home, path } = await place();
    const file = join(home, 'b');
    expect(await otpctl(['store', 'backup', file], { home })).toMatchObject({ exit: 0 });
    rewrite(path, `CREATE TRIGGER settings ${UNLOCK}`);
    const { exit, stderr } = await otpctl(['store', 'restore', file, '--yes'], { home });
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0 });
    expect(await json(['device', 'list'], { home })).toHaveLength(1);
  });
});

describe('a journal with a schema that is not of otpctl', () => {
  it('is refused', async () => {
    const { openJournal } = await import('../../src/store/sqlite/runs/journal-file.ts');
    const path = join(temporaryHome(), 'runs.db');
    openJournal(path, 'x').close();
    openJournal(path, 'x').close();
    rewrite(path, 'CREATE TRIGGER runs AFTER UPDATE ON run_rows BEGIN DELETE FROM run_rows; END');
    expect(() => openJournal(path, 'x')).toThrow('trigger "runs"');
  });
});

describe('the list of what the newest schema holds', () => {
  it('is what the migrations make', async () => {
    const { NEWEST_SCHEMA } = await import('../../src/store/sqlite/schema/newest-schema.ts');
    const { modelOf } = await import('../../src/store/sqlite/schema/check-schema.ts');
    expect(NEWEST_SCHEMA).toEqual(modelOf(MIGRATIONS));
  });
});
