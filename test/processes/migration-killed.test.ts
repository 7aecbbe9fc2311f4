import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { countedRandom } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { readRow, tamper } from '../support/sql.ts';

// The last schema in which users had no ids.
const OLD = join(import.meta.dirname, '../store/schemas/schema-7');
const DEVICES = 20_000;
const KILLS = 12;

const FIRST_OF_USER = `SELECT count(*) AS n FROM devices d JOIN users u ON u.id = d.user_id AND u.name_fold = d.user_fold`;

it('a migration of many devices is killed at random moments, and done by the next one', async () => {
  const home = temporaryHome();
  const path = storeOf(home);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, readFileSync(`${OLD}.db`), { mode: 0o600 });
  const environment = { OTPCTL_MASTER_KEY: readFileSync(`${OLD}.key`, 'utf8').trim() };
  // Of every third name several devices, some confirmed.
  tamper(
    path,
    `WITH RECURSIVE n(i) AS (VALUES (10) UNION ALL SELECT i + 1 FROM n WHERE i < ${DEVICES + 9})
     INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified, email, email_fold)
     SELECT i, 'EMAIL' || i, 'email' || i, 'EMAIL', printf('User%d', i / 3), printf('user%d', i / 3),
            iif(i % 2, 'V', 'C'), 1600000000 + i, 1600000000 + i, 'a@example.com', 'a@example.com' FROM n;
     UPDATE store SET next_device_id = ${DEVICES + 10};`,
  );
  const start = join(home, 'start.db');
  copyFileSync(path, start);
  const migrate = (killAfter?: number) =>
    program(['store', 'migrate'], { home, environment, ...(killAfter !== undefined && { killAfter }) });
  const began = Date.now();
  expect(await migrate()).toMatchObject({ exit: 0 });
  const whole = Date.now() - began;

  const random = countedRandom(3);
  let killed = 0;
  for (let round = 0; round < KILLS; round++) {
    for (const name of readdirSync(dirname(path))) rmSync(join(dirname(path), name));
    copyFileSync(start, path);
    const [high = 0, low = 0] = random.bytes(2);
    const { exit } = await migrate(((high * 256 + low) / 65_536) * whole);
    killed += exit === null ? 1 : 0;
    const { user_version: schema } = readRow(path, 'PRAGMA user_version');
    const columns = readRow(path, `SELECT count(*) AS n FROM pragma_table_info('devices') WHERE name = 'user_id'`);
    // All of it or nothing.
    expect(columns).toEqual({ n: schema === 7 ? 0 : 1 });
    expect(await otpctl(['device', 'list', '--limit', '1', '-q'], { home, environment })).toMatchObject({ exit: 0 });
    expect(readRow(path, FIRST_OF_USER)).toEqual({ n: DEVICES + 5 });
  }
  expect(killed).toBeGreaterThan(0);
  expect(await otpctl(['store', 'check'], { home, environment })).toMatchObject({ exit: 0 });
  expect(await json(['user', 'show', 'USER4'], { home, environment })).toMatchObject({
    ...{ name: 'User4', attributes: {}, groups: [], active: true },
    ...{ created: '2020-09-13T12:26:52Z', enrolledSince: '2020-09-13T12:26:53Z' },
  });
}, 120_000);
