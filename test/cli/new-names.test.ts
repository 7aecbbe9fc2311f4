import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fold } from '../../src/domain/user.ts';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { servedPlace } from '../support/remote-places.ts';
import { DEVICE_URN, RFC_BASE, SOFFID_BASE, scimServer } from '../support/scim-server.ts';
import { arrange } from '../support/signed.ts';
import { stocked } from '../support/stock.ts';

const BLANK = 'ada\u2800';
const refused = { exit: 2, stderr: expect.stringContaining('a new user cannot have this name: it contains U+2800') };

describe('the name of a new user', () => {
  it('is looked at wherever a store is told of it', async () => {
    const { home } = await stocked([{ user: 'bob' }]);
    expect(await otpctl(['device', 'create', 'totp', '--user', BLANK, '--show-secret'], { home })).toMatchObject(
      refused,
    );
    expect(await otpctl(['user', 'set', BLANK, '--attr', 'mail=a@example.com'], { home })).toMatchObject(refused);
    const users = join(home, 'users.csv');
    writeFileSync(users, `user,mail\neve,e@example.com\n${BLANK},a@example.com\n`);
    expect(await otpctl(['user', 'import', users, '-o', 'json'], { home })).toMatchObject({
      exit: 6,
      stdout: expect.stringContaining('it contains U+2800'),
    });
    expect(readFileSync(`${users}.failed`, 'utf8')).toBe(`user,mail\n${BLANK},a@example.com\n`);
    const devices = join(home, 'devices.csv');
    writeFileSync(devices, `type,user,email\nemail,${BLANK},a@example.com\nemail,zoë,z@example.com\n`);
    const run = await otpctl(['bulk', 'create', devices, '--yes', '-o', 'json'], { home });
    expect({ exit: run.exit, rows: JSON.parse(run.stdout) }).toMatchObject({
      exit: 6,
      rows: expect.arrayContaining([
        expect.objectContaining({ user: BLANK, outcome: 'failed', reason: expect.stringContaining('U+2800') }),
        expect.objectContaining({ user: 'zoë', outcome: 'created' }),
      ]),
    });
    expect((await otpctl(['device', 'list', '--count'], { home })).stdout).toBe('2\n');
    expect(
      await otpctl(['apikey', 'create', 'desk\u2800', '--role', 'query', '--expires', '1d'], { home }),
    ).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('U+2800'),
    });
  });

  it('is looked at by a server, under /otpctl/v1 and in both dialects of SCIM', async () => {
    const { run } = await servedPlace([]);
    expect(await run(`device create totp --user ${BLANK} --show-secret`)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('U+2800'),
    });
    expect(await run(`user set ${BLANK} --attr mail=a@example.com`)).toMatchObject({ exit: 2 });
    const { call } = await scimServer();
    for (const base of [RFC_BASE, SOFFID_BASE]) {
      const device = { schemas: [DEVICE_URN], type: 'TOTP', user: BLANK };
      const answer = await call('POST', `${base}/OtpDevice`, device);
      expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('U+2800') });
      if (base === RFC_BASE) expect(answer.body).toMatchObject({ scimType: 'invalidValue' });
    }
  });
});

describe('the name of a user whom a store knows', () => {
  it('stays good for everything, whatever it is', async () => {
    const { home } = await stocked([{ user: BLANK }, { user: 'o\u2019hara' }]);
    const options = { home, clock: fixedClock() };
    expect(await json(['device', 'show', '--user', BLANK], options)).toMatchObject({ id: '1' });
    expect(await otpctl(['device', 'verify', '--user', BLANK, '000000'], options)).toMatchObject({ exit: 1 });
    expect(await otpctl(['device', 'disable', '--user', BLANK], options)).toMatchObject({ exit: 0 });
    expect(await otpctl(['why', BLANK], options)).toMatchObject({ exit: 0 });
    for (const user of [BLANK, 'O\u2019Hara']) {
      expect(await otpctl(['device', 'create', 'totp', '--user', user, '--show-secret'], options)).toMatchObject({
        exit: 0,
      });
      expect(await otpctl(['user', 'set', user, '--attr', 'mail=a@example.com'], options)).toMatchObject({ exit: 0 });
    }
    const again = join(home, 'users.csv');
    writeFileSync(again, `user,phone\n${BLANK},+34666555444\n`);
    expect(await otpctl(['user', 'import', again], options)).toMatchObject({ exit: 0 });
    expect(await otpctl(['user', 'remove', BLANK], options)).toMatchObject({ exit: 0 });
    expect(await otpctl(['device', 'delete', '--user', BLANK, '--all', '--yes'], options)).toMatchObject({ exit: 0 });
  });

  it('keeps an attribute that nobody could be given any more', async () => {
    const home = temporaryHome();
    await otpctl(['user', 'set', 'ada', '--attr', 'size=1'], { home });
    arrange(storeOf(home), `UPDATE users SET attributes = replace(attributes, 'size', 'size\u3164')`);
    expect(await otpctl(['user', 'set', 'ada', '--attr', 'size\u3164=2'], { home })).toMatchObject({ exit: 0 });
    expect(await otpctl(['user', 'set', 'bob', '--attr', 'size\u3164=2'], { home })).toMatchObject({ exit: 2 });
    expect(await otpctl(['user', 'set', 'ada', '--attr', 'size\u3164='], { home })).toMatchObject({ exit: 0 });
    expect((await json(['user', 'show', 'ada'], { home }))['attributes']).toEqual({});
  });
});

describe('store check', () => {
  /** A sound store whose users had their names given when they still could be. */
  async function known(...names: readonly string[]): Promise<string> {
    const home = temporaryHome();
    const create = ['device', 'create', 'email', '--user', 'adb', '--email', 'a@example.com'];
    expect(await otpctl(create, { home })).toMatchObject({ exit: 0 });
    arrange(
      storeOf(home),
      `UPDATE devices SET user = 'ada\u2800', user_fold = 'ada\u2800';
       UPDATE users SET name = 'ada\u2800', name_fold = 'ada\u2800'; UPDATE store SET next_user_id = 100`,
    );
    for (const name of names) {
      arrange(
        storeOf(home),
        `INSERT INTO users (name, name_fold, active, attributes, groups, created, modified)
         VALUES ('${name}', '${fold(name)}', 1, '{}', '[]', 1, 1)`,
      );
    }
    return home;
  }

  it('lists names that look alike, and what is listed is no damage', async () => {
    const home = await known('Ada', 'a\ufff9da', 'bob  b', 'bob b', 'eve\u{13441}', 'weiss', 'weiß', 'ılgaz', 'ilgaz');
    const { exit, stdout } = await otpctl(['store', 'check', '-o', 'json'], { home });
    const findings = JSON.parse(stdout) as { finding: string; remedy: string }[];
    expect({ exit, findings: findings.map(({ finding }) => finding) }).toEqual({
      exit: 1,
      findings: [
        'users who look alike: "Ada", "ada\\u{2800}", "a\\u{fff9}da"',
        'users who look alike: "bob b", "bob  b"',
      ],
    });
    expect(findings[0]?.remedy).toContain("otpctl why Ada,  otpctl why $'ada\\342\\240\\200',  otpctl why $'a\\357");
    const backup = ['store', 'backup', join(home, 'a-{time}.backup'), '--keep', '1'];
    expect(await otpctl(backup, { home })).toMatchObject({ exit: 0 });
  });

  it('finds nothing in names that are not alike', async () => {
    const home = await known('adb', 'zoe', 'zoë', '\u2800');
    expect(await otpctl(['store', 'check'], { home })).toMatchObject({ exit: 0, stdout: 'the store is sound\n' });
  });
});
