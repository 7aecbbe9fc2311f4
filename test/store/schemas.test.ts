import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hotp } from '../../src/domain/otp/hotp.ts';
import { Secret } from '../../src/domain/secret.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';
import { json, otpctl } from '../support/cli.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { readRow } from '../support/sql.ts';

// Made by scripts/store-fixtures.ts, each by the migrations that it names.
const FOLDER = join(import.meta.dirname, 'schemas');
const SCHEMAS = MIGRATIONS.map((_, at) => at + 1);

const code = (counter: bigint) =>
  hotp(Secret.ofText('12345678901234567890'), counter, { algorithm: 'SHA1', digits: 6 });

function placed(schema: number) {
  const home = temporaryHome();
  const path = storeOf(home);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Written anew: a checkout gives a file other modes than its owner's alone.
  writeFileSync(path, readFileSync(join(FOLDER, `schema-${schema}.db`)), { mode: 0o600 });
  const key = readFileSync(join(FOLDER, `schema-${schema}.key`), 'utf8').trim();
  return { home, path, environment: { OTPCTL_MASTER_KEY: key } };
}

describe('a store of an older schema', () => {
  it('is in the tests, each that there was', () => {
    const there = readdirSync(FOLDER).filter((name) => name.endsWith('.db'));
    expect(there.sort()).toEqual(SCHEMAS.map((schema) => `schema-${schema}.db`).sort());
  });

  it.each(SCHEMAS)('%i opens, migrates, is sound, and keeps its devices', async (schema) => {
    const place = placed(schema);
    expect(readRow(place.path, 'PRAGMA user_version')).toEqual({ user_version: schema });
    const { exit, stderr } = await otpctl(['store', 'check'], place);
    expect({ exit, said: stderr.includes(`schema-${schema}`) }).toEqual({ exit: 0, said: schema < MIGRATIONS.length });
    expect(await json(['device', 'list'], place)).toHaveLength(5);
    // Whoever has a device is known since that was made, and was enrolled by then.
    const users = await json<{ name: string; enrolledSince: string; created: string }[]>(['user', 'list'], place);
    const moment = '2024-01-01T00:00:00Z';
    expect(users.map(({ name }) => name.toLowerCase())).toEqual(['ada', 'bob', 'cy', 'dee', 'eve']);
    for (const user of users) expect(user).toMatchObject({ created: moment, enrolledSince: moment, active: true });
    if (schema > 1) expect(users[0]).toMatchObject({ name: 'Ada', attributes: { name: 'Ada' } });
    expect(await otpctl(['device', 'verify', '2', code(5n)], place)).toMatchObject({ exit: 0 });
    expect(await otpctl(['device', 'challenge', '5'], place)).toMatchObject({ exit: 0 });
    expect(await otpctl(['store', 'check'], place)).toMatchObject({ exit: 0, stderr: '' });
  });

  it.each(SCHEMAS.slice(0, -1))('%i is kept beside the store as it was, of its owner alone', async (schema) => {
    const place = placed(schema);
    expect(await otpctl(['store', 'migrate'], place)).toMatchObject({
      exit: 0,
      stderr: expect.stringContaining('.schema-'),
    });
    const copy = `${place.path}.schema-${schema}`;
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(readRow(copy, 'PRAGMA user_version')).toEqual({ user_version: schema });
    expect(readRow(copy, 'SELECT count(*) AS n FROM devices')).toEqual({ n: 5 });
    // Put back, it is the store again, and keeps another copy.
    copyFileSync(copy, place.path);
    expect(await otpctl(['store', 'migrate'], place)).toMatchObject({ exit: 0 });
    const names = readdirSync(dirname(place.path)).filter((name) => name.includes('.schema-'));
    expect(names.sort()).toEqual([`otpctl.db.schema-${schema}`, `otpctl.db.schema-${schema}-2`]);
  });

  it.each(SCHEMAS)('%i is backed up as it is, and restored to this one', async (schema) => {
    const place = placed(schema);
    const file = join(place.home, 'b');
    expect(await json(['store', 'backup', file], place)).toMatchObject({ schema, devices: 5 });
    expect(readRow(place.path, 'PRAGMA user_version')).toEqual({ user_version: schema });
    const store = ['--store', join(place.home, 'new')];
    expect(await json(['store', 'restore', file, ...store], place)).toMatchObject({
      schema: MIGRATIONS.length,
      resync: ['2'],
    });
    expect(await otpctl(['store', 'check', ...store], place)).toMatchObject({ exit: 0 });
    expect(await otpctl(['device', 'resync', '2', code(9n), code(10n), ...store], place)).toMatchObject({ exit: 0 });
  });
});
