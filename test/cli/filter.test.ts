import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { tamper } from '../support/sql.ts';

const DAY = 86_400;

/** Five devices: used 1, 100 and 400 days before the new year, and two never used, made then and a year before. */
async function aged(): Promise<string> {
  const home = temporaryHome();
  for (const user of ['ada', 'Bob', 'Ünal', 'dan', 'eve']) {
    await otpctl(['device', 'create', 'pin', '--user', user, '--pin-stdin'], {
      home,
      stdin: '12345678',
      clock: fixedClock(),
    });
  }
  const used = (id: number, days: number) =>
    `UPDATE devices SET last_used = ${NEW_YEAR - days * DAY} WHERE id = ${id};`;
  tamper(
    storeOf(home),
    `${used(1, 1)} ${used(2, 100)} ${used(3, 400)} UPDATE devices SET created = ${NEW_YEAR - 365 * DAY} WHERE id = 5`,
  );
  return home;
}

describe('device list', () => {
  it.each([
    [['--filter', 'user eq "ÜNAL"'], '3'],
    [['--filter', 'not (lastUsed pr)'], '4 5'],
    [['--filter', 'lastUsed le "2021-12-01" or not (lastUsed pr)', '--sort-by', 'lastUsed'], '3 2 4 5'],
    [['--filter', 'user co "a"', '--user', 'dan'], '4'],
    [['--filter', 'type eq "pin" and user eq "dan"'], '4'],
    [['--filter', 'type ne "pin"'], ''],
    [['--filter', 'status ne "c"'], ''],
    [['--filter', 'status eq "created" and id gt "3"'], '4 5'],
    [['--text', 'SECURITY üN'], '3'],
    [['--text', 'security nobody'], ''],
    [['--created-before', '2020-12-31T23:59:59.5Z'], ''],
    [['--created-before', '2021-01-01T00:00:00.5Z'], '5'],
    [['--unused-since', '2021-12-01'], '2 3'],
    [['--unused-since', '2021-12-31'], '1 2 3'],
    [['--unused-for', '90d'], '2 3'],
    [['--unused-for', '1y'], '3'],
    [['--unused-for', '6mo', '--never-used', 'include'], '3 5'],
    [['--unused-for', '6mo', '--never-used', 'only'], '5'],
    [['--never-used', 'only'], '4 5'],
    [['--never-used', 'exclude'], '1 2 3'],
    [['--never-used', 'include'], '1 2 3 4 5'],
    [['--created-before', '2021-06-01'], '5'],
    [['--start-index', '4'], '4 5'],
    [['--start-index', '2', '--limit', '2'], '2 3'],
    [['--start-index', '99'], ''],
  ])('%j finds %s', async (line, ids) => {
    const home = await aged();
    const { exit, stdout } = await otpctl(['device', 'list', '-q', ...line], { home, clock: fixedClock() });
    expect({ exit, ids: stdout.trim().split('\n').join(' ') }).toEqual({ exit: 0, ids });
    if (line.includes('--start-index') || line.includes('--sort-by')) return;
    const counted = await otpctl(['device', 'list', '--count', ...line], { home, clock: fixedClock() });
    expect(counted.stdout).toBe(`${ids === '' ? 0 : ids.split(' ').length}\n`);
  });

  it.each([
    ['--unused-for 6m', 'minutes or months'],
    ['--unused-for 90', 'no unit'],
    ['--unused-since 2022', 'is not a date'],
    ['--unused-since 2022-01-01 --unused-for 1y', 'exclude one another'],
    ['--never-used maybe', 'unknown value "maybe"'],
    ['--start-index 0', 'must be at least 1'],
    ['--limit 1 --limit 2', '--limit is given twice'],
    ['--text \u00ad', 'there is no word'],
    ['--unused-for 999999999y', 'too long'],
    ['--created-before yesterday', 'is not a date'],
  ])('%s is exit 2', async (line, sentence) => {
    const home = await aged();
    const { exit, stdout, stderr } = await otpctl(['device', 'list', ...line.split(' ')], { home });
    expect({ exit, stdout, stderr }).toEqual({ exit: 2, stdout: '', stderr: expect.stringContaining(sentence) });
  });

  it.each([
    'device list',
    'bulk delete --yes',
    'bulk update --set-status disabled --yes',
    'bulk disable-stale --unused-for 1d --yes',
  ])('%s refuses a word that no type or status has', async (line) => {
    const home = await aged();
    const found = await otpctl([...line.split(' '), '--filter', 'type ne "totpp"'], { home, clock: fixedClock() });
    expect(found).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining('did you mean "TOTP"') });
  });

  it('points at what is wrong with a filter', async () => {
    const home = await aged();
    const { exit, stderr } = await otpctl(['device', 'list', '--filter', 'type eq "PIN" and usr eq "ada"'], { home });
    expect(exit).toBe(2);
    expect(stderr).toBe(
      'error: unknown attribute usr\n  type eq "PIN" and usr eq "ada"\n                    ^\nhint: did you mean user\n',
    );
    const inJson = await otpctl(['device', 'list', '-o', 'json', '--filter', ''], { home });
    expect(JSON.parse(inJson.stderr)).toMatchObject({ error: { code: 'invalid-filter', position: 0, exitCode: 2 } });
  });

  it('explains how it reads, and names no secret', async () => {
    const home = await aged();
    const line = ['device', 'list', '--explain', '--filter', 'USER eq "Ada" and (type eq "PIN")'];
    const { stdout } = await otpctl(line, { home });
    expect(stdout).toContain('filter      USER eq "Ada" and type eq "PIN"');
    expect(stdout).toContain('parameter 1 "ada"');
    expect(stdout).toContain('USING INDEX devices_by_user (user_fold=?)');
    expect(stdout).not.toContain('secret');
    expect(await json(line, { home })).toMatchObject({
      plan: expect.arrayContaining([expect.stringContaining('devices_by_user')]),
    });
  });

  it.each([
    ['user eq "x"', 'devices_by_user'],
    ['id eq "5"', 'INTEGER PRIMARY KEY (rowid=?)'],
    ['name eq "x"', 'devices_by_name'],
    ['lastUsed lt "2020-01-01"', 'devices_by_last_used'],
    ['lastUsed le "2020-01-01" and status eq "V"', 'devices_by_last_used'],
  ])('reads  %s  by an index', async (filter, index) => {
    const home = await aged();
    const { plan } = await json<{ plan: string[] }>(['device', 'list', '--explain', '--filter', filter], { home });
    expect(plan.join('\n')).toContain(index);
  });
});
