import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { arrange } from '../support/signed.ts';
import { tamper } from '../support/sql.ts';

const create = (user: string, ...more: string[]) => [
  ...['device', 'create', 'email', '--user', user, '--email', 'a@example.com'],
  ...more,
];

describe('a user who was removed', () => {
  it('leaves devices that are found by the name until somebody else has it, who does not inherit them', async () => {
    const options = { home: temporaryHome(), clock: fixedClock() };
    const ids = async (...words: string[]) =>
      (await json<{ id: string }[]>(['device', 'list', ...words], options)).map(({ id }) => id);
    await json(create('Ada'), options);
    await json(create('Ada'), options);
    await json(create('bob'), options);
    await json(['device', 'enable', '1'], options);
    const { exit, stdout, stderr } = await otpctl(['user', 'remove', 'ada'], options);
    expect({ exit, stdout, stderr }).toEqual({
      exit: 0,
      stdout: 'nothing is known of user "ada" any more\n',
      stderr: '2 devices stay and accept nothing: delete with  otpctl bulk delete --user ada\n',
    });
    expect(await ids('--user', 'ADA')).toEqual(['1', '2']);
    expect(await ids('--filter', 'user eq "ada"')).toEqual(['1', '2']);
    expect((await json<{ result: string }[]>(['audit', 'list', '--action', 'user.remove'], options))[0]?.result).toBe(
      'ok: 2 devices left',
    );

    // Another one, spelled as they are.
    await json(create('ADA'), options);
    expect(await json(['user', 'show', 'ada'], options)).toMatchObject({ id: '3', name: 'ADA' });
    expect(await ids('--user', 'ada')).toEqual(['4']);
    expect(await ids('--filter', 'user eq "ada"')).toEqual(['4']);
    expect(await ids('--filter', 'user eq "ada" or user eq "bob"')).toEqual(['3', '4']);
    expect(await ids('--filter', 'not (user eq "ada")')).toEqual(['1', '2', '3']);
    expect(await ids('--filter', 'user ne "ada"')).toEqual(['1', '2', '3']);
    // By what the name is like, each that names it.
    expect(await ids('--filter', 'user sw "ad"')).toEqual(['1', '2', '4']);
    const why = await json<{ devices: { id: string }[] }>(['why', 'ada'], options);
    expect(why.devices.map(({ id }) => id)).toEqual(['4']);
    expect(await otpctl(['device', 'verify', '--user', 'ada', '123456'], options)).toMatchObject({
      exit: 5,
      stderr: expect.stringContaining('no enabled device'),
    });
    const { stdout: gone } = await otpctl(['bulk', 'delete', '--user', 'ada', '--dry-run', '-q'], options);
    expect(gone).toBe('4\n');
    expect(await otpctl(['store', 'check'], options)).toMatchObject({ exit: 0 });

    // She goes as well: both are found, and a third one has neither.
    await json(['user', 'remove', 'ada'], options);
    expect(await ids('--user', 'ada')).toEqual(['1', '2', '4']);
    expect(await json(['user', 'set', 'ada'], options)).toMatchObject({ id: '4' });
    expect(await ids('--user', 'ada')).toEqual([]);
  });

  it('is not counted as one who is left without a device', async () => {
    const options = { home: temporaryHome() };
    for (const user of ['ada', 'bob']) await json(create(user), options);
    await json(['device', 'enable', '1', '2'], options);
    await json(['user', 'remove', 'ada'], options);
    await json(create('ada'), options);
    await json(['device', 'enable', '3'], options);
    const refused = async (...ids: string[]) => {
      const words = ['bulk', 'update', '--set-status', 'disabled', '--from', '-', '--yes', '--last-device', 'refuse'];
      return (await otpctl([...words, '--max-percent', '100'], { ...options, stdin: `${ids.join('\n')}\n` })).exit;
    };
    // The others are the last ones of theirs; the first is nobody's.
    expect([await refused('3'), await refused('2'), await refused('1')]).toEqual([5, 5, 0]);
  });

  it('had an id that nobody gets again, also not by a backup', async () => {
    const options = { home: temporaryHome(), environment: {} };
    const backup = `${options.home}/b`;
    const idOf = async (name: string) => (await json<{ id: string }>(['user', 'set', name], options)).id;
    expect([await idOf('ada'), await idOf('bob')]).toEqual(['1', '2']);
    await json(['user', 'remove', 'bob'], options);
    expect(await idOf('bob')).toBe('3');
    await json(['store', 'backup', backup], options);
    expect(await idOf('eve')).toBe('4');
    await json(['store', 'restore', backup, '--yes'], options);
    expect(await otpctl(['user', 'show', 'eve'], options)).toMatchObject({ exit: 3 });
    expect(await idOf('eve')).toBe('5');
  });

  it('is made known by a device, and stays so when that is gone; the first confirmation stays, too', async () => {
    const options = { home: temporaryHome(), clock: fixedClock() };
    const show = () => json(['user', 'show', 'ada'], options);
    await json(create('ada'), options);
    expect(await show()).toEqual({
      ...{ id: '1', name: 'ada', active: true, attributes: {}, groups: [] },
      ...{ created: '2022-01-01T00:00:00Z', modified: '2022-01-01T00:00:00Z' },
    });
    options.clock.advance(60);
    await json(['device', 'enable', '1'], options);
    expect(await show()).toMatchObject({ enrolledSince: '2022-01-01T00:01:00Z' });
    options.clock.advance(60);
    await json(['device', 'disable', '1'], options);
    await json(['device', 'enable', '1'], options);
    await json(['device', 'delete', '1', '--yes'], options);
    expect(await show()).toMatchObject({ enrolledSince: '2022-01-01T00:01:00Z', modified: '2022-01-01T00:01:00Z' });
    // A deleted device opens no door.
    const verify = ['device', 'verify', '--user', 'ada', '123456', '--if-enrolled'];
    expect(await otpctl(verify, options)).toMatchObject({ exit: 3 });
    await json(['user', 'set', 'bob', '--active', 'false'], options);
    expect(await otpctl(verify.with(3, 'bob'), options)).toMatchObject({ exit: 3 });
    await json(['user', 'set', 'bob', '--active', 'true'], options);
    expect(await otpctl(verify.with(3, 'bob'), options)).toMatchObject({ exit: 0 });
  });

  it('had a name that nobody is given any more: an import refuses that row, and takes the others', async () => {
    const home = temporaryHome();
    await json(create('ada'), { home });
    const odd = 'ada\u2800';
    arrange(storeOf(home), `UPDATE devices SET user = '${odd}', user_fold = '${odd}'`);
    arrange(storeOf(home), `UPDATE users SET name = '${odd}', name_fold = '${odd}'`);
    const rows = { home, stdin: `name,city\n${odd},Rom\nbob,Bonn\n` };
    expect(await otpctl(['user', 'import', '-', '-q'], rows)).toMatchObject({ exit: 0 });
    await json(['user', 'remove', odd], { home });
    const { exit, stdout } = await otpctl(['user', 'import', '-', '-o', 'json'], rows);
    expect({ exit, said: JSON.parse(stdout) }).toMatchObject({
      exit: 6,
      said: [
        { outcome: 'failed', reason: expect.stringContaining('U+2800') },
        { name: 'bob', outcome: 'imported' },
      ],
    });
  });

  it('is enrolled by a bulk run, too', async () => {
    const options = { home: temporaryHome(), clock: fixedClock() };
    for (const user of ['ada', 'bob']) await json(create(user), options);
    options.clock.advance(60);
    const words = ['bulk', 'update', '--user', 'ada', '--set-status', 'enabled', '--yes'];
    expect(await otpctl(words, options)).toMatchObject({ exit: 0 });
    expect(await json(['user', 'show', 'ada'], options)).toMatchObject({ enrolledSince: '2022-01-01T00:01:00Z' });
    expect(await json(['user', 'show', 'bob'], options)).not.toHaveProperty('enrolledSince');
  });
});

describe('store check, of who a device belongs to', () => {
  it.each([
    ['a device of nobody', 'UPDATE devices SET user_id = NULL', 'belongs to nobody'],
    ['a device of somebody else', 'UPDATE devices SET user_id = 2', 'belongs to user bob'],
    ['a counter that lags', 'UPDATE store SET next_user_id = 2', 'the counter of user ids lags'],
    ['a counter that lags behind a device', 'UPDATE devices SET user_id = 9', 'the counter of user ids lags'],
    ['groups that are none', `UPDATE users SET groups = '{}' WHERE id = 2`, 'user bob has groups that are none'],
    ['attributes that are none', `UPDATE users SET attributes = '[]'`, 'has attributes that are none'],
    ['another name', `UPDATE users SET name_fold = 'eve' WHERE id = 2`, 'user bob is filed under another name'],
  ])('finds %s', async (_, sql, finding) => {
    const home = temporaryHome();
    await json(create('ada'), { home });
    await json(['user', 'set', 'bob'], { home });
    tamper(storeOf(home), sql);
    const { exit, stdout } = await otpctl(['store', 'check', '-o', 'json'], { home });
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: expect.stringContaining(finding) });
  });
});
