import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock, NEW_YEAR } from '../support/fixed.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { tamper } from '../support/sql.ts';

async function listed(): Promise<{ home: string; clock: ReturnType<typeof fixedClock> }> {
  const home = temporaryHome();
  const clock = fixedClock();
  await otpctl(['device', 'create', 'sms', '--user', 'ada', '--phone', '+34666555444'], { home, clock });
  await otpctl(['device', 'create', 'email', '--user', '=HYPERLINK("x")', '--email', 'e@example.com'], { home, clock });
  return { home, clock };
}

describe('a list', () => {
  it('is a table in the documented columns', async () => {
    const { home } = await listed();
    const clock = fixedClock(NEW_YEAR + 212 * 86_400);
    expect((await otpctl(['device', 'list'], { home, clock })).stdout).toBe(
      [
        'ID  NAME                            TYPE   USER             STATUS   LAST USED  CREATED       FAILS',
        '1   SMS message to +3********44     SMS    ada              created  never      212 days ago  0',
        '2   Email message to e@ex*****.co*  EMAIL  =HYPERLINK("x")  created  never      212 days ago  0',
        '',
      ].join('\n'),
    );
  });

  it('is a table without the columns that a window has no room for', async () => {
    const { home, clock } = await listed();
    const first = async (options: object) =>
      (await otpctl(['device', 'list'], { home, clock, ...options })).stdout.split('\n')[0];
    const environment = { NO_COLOR: '1' };
    expect(await first({ environment, terminal: { columns: 80, rows: 24 } })).toMatch(/ LAST USED {2}CREATED$/);
    expect(await first({ environment, terminal: { columns: 50, rows: 24 } })).toMatch(/ USER {13}$| USER$/);
    expect(await first({ environment })).toMatch(/ FAILS$/);
  });

  it('of the log has everything in a narrow window: what there is no room for stands below', async () => {
    const { home, clock } = await listed();
    const reason = 'lost in the train, and found again by somebody who does not say who they are';
    await otpctl(['device', 'disable', '1', '--reason', reason, '--ticket', 'HD-7'], { home, clock });
    for (const columns of [40, 80, 100, 400]) {
      const environment = { NO_COLOR: '1' };
      const terminal = { columns, rows: 24 };
      const { stdout, stderr } = await otpctl(['audit', 'list'], { home, clock, environment, terminal });
      const text = stdout.replaceAll(/\s+/g, ' ');
      for (const part of [reason, 'HD-7', 'ok: created to disabled', 'device.disable']) expect(text).toContain(part);
      for (const line of stdout.split('\n')) expect(line.trimEnd().length).toBeLessThanOrEqual(Math.max(columns, 48));
      expect(stderr).toBe('');
    }
  });

  it('of users, keys, profiles, runs and their rows loses nothing in a narrow window', async () => {
    const { home, clock } = await listed();
    const run = (line: readonly string[], more: object = {}) => otpctl(line, { home, clock, ...more });
    const user = 'maximiliana.von-und-zu-hohenstein-at-the-company@example.com';
    await run(['user', 'set', user, '--attr', 'fullName=Maximiliana von und zu Hohenstein', '--attr', 'city=London']);
    const roles = ['query', 'verify', 'unlock', 'cancel', 'manage', 'audit'].flatMap((role) => ['--role', role]);
    await run(['apikey', 'create', 'helpdesk-portal-production', ...roles, '--expires', '1y']);
    await run([
      'profile',
      'add',
      'team',
      '--store',
      '/a/folder/with/a/long/name/that/goes/on/and/on/for/a/while/team.db',
    ]);
    await run(['device', 'disable', '1', '2', '--reason', 'left']);
    for (const [line, part] of [
      [['user', 'list'], 'city=London'],
      [['apikey', 'list'], 'expires 20'],
      [['profile', 'list'], 'while/team.db'],
      [['bulk', 'runs'], '2 changed'],
      [['bulk', 'show', '1'], 'rule disable'],
    ] as const) {
      const terminal = { columns: 48, rows: 24 };
      const { exit, stdout, stderr } = await run(line, { environment: { NO_COLOR: '1' }, terminal });
      expect({ line, exit, stderr: stderr.includes('no room') }).toEqual({ line, exit: 0, stderr: false });
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(part);
    }
  });

  it('is whole on a terminal that does not know its size', async () => {
    const { home, clock } = await listed();
    const terminal = { columns: 0, rows: 0 };
    const environment = { NO_COLOR: '1' };
    for (const line of [
      ['device', 'list'],
      ['audit', 'list'],
      ['why', 'ada'],
      ['bulk', '--help'],
    ]) {
      const piped = await otpctl(line, { home, clock, environment });
      expect(await otpctl(line, { home, clock, environment, terminal })).toEqual(piped);
    }
  });

  it('is JSON, in the documented order of keys', async () => {
    const { home } = await listed();
    const { stdout } = await otpctl(['device', 'list', '-o', 'json', '--user', 'ada'], { home });
    expect(JSON.parse(stdout)).toEqual([
      {
        id: '1',
        name: 'SMS message to +3********44',
        type: 'SMS',
        user: 'ada',
        status: 'C',
        created: '2022-01-01T00:00:00Z',
        fails: 0,
        phone: '+34666555444',
      },
    ]);
    expect(Object.keys(JSON.parse(stdout)[0])).toEqual([
      'id',
      'name',
      'type',
      'user',
      'status',
      'created',
      'fails',
      'phone',
    ]);
  });

  it('is a line of JSON each', async () => {
    const { home } = await listed();
    const lines = (await otpctl(['device', 'list', '-o', 'jsonl'], { home })).stdout.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(['1', '2']);
  });

  it('is CSV that a spreadsheet does not run, with phone numbers as they are', async () => {
    const { home } = await listed();
    expect((await otpctl(['device', 'list', '-o', 'csv'], { home })).stdout).toBe(
      'id,name,type,user,status,created,lastUsed,fails,email,phone\n' +
        '1,SMS message to +3********44,SMS,ada,created,2022-01-01T00:00:00Z,,0,,+34666555444\n' +
        `2,Email message to e@ex*****.co*,EMAIL,"'=HYPERLINK(""x"")",created,2022-01-01T00:00:00Z,,0,e@example.com,\n`,
    );
  });

  it('has the name that a client gave a device where it is asked for, and not otherwise', async () => {
    const { home } = await listed();
    tamper(storeOf(home), `UPDATE devices SET external_id = 'hr-7' WHERE id = 1`);
    const columns = ['--columns', 'id,externalId'];
    expect(await json(['device', 'list', ...columns], { home })).toEqual([
      { id: '1', externalId: 'hr-7' },
      { id: '2' },
    ]);
    expect(await json(['device', 'show', '1', ...columns], { home })).toEqual({ id: '1', externalId: 'hr-7' });
    expect(await json(['device', 'show', '1'], { home })).not.toHaveProperty('externalId');
    expect((await otpctl(['device', 'list', '-o', 'csv'], { home })).stdout).not.toContain('hr-7');
  });

  it('is ids with --quiet, a number with --count', async () => {
    const { home } = await listed();
    expect((await otpctl(['device', 'list', '-q'], { home })).stdout).toBe('1\n2\n');
    expect((await otpctl(['device', 'list', '--count', '--type', 'sms'], { home })).stdout).toBe('1\n');
  });

  it('has the columns that were asked for, in that order, in every format', async () => {
    const { home } = await listed();
    const columns = ['--columns', 'user,id', '--type', 'sms'];
    expect((await otpctl(['device', 'list', ...columns], { home })).stdout).toBe('USER  ID\nada   1\n');
    expect((await otpctl(['device', 'list', ...columns, '-o', 'csv'], { home })).stdout).toBe('user,id\nada,1\n');
    expect((await otpctl(['device', 'list', ...columns, '-o', 'jsonl'], { home })).stdout).toBe(
      '{"user":"ada","id":"1"}\n',
    );
    const unknown = await otpctl(['device', 'list', '--columns', 'secret'], { home });
    expect(unknown).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: expect.stringContaining('there is no column "secret"'),
    });
  });

  it.each([
    ['json', '[]\n'],
    ['jsonl', ''],
    ['csv', 'id,name,type,user,status,created,lastUsed,fails,email,phone\n'],
  ])('that is empty is still %s, and exit 0', async (format, text) => {
    const { home } = await listed();
    expect(await otpctl(['device', 'list', '--user', 'nobody', '-o', format], { home })).toMatchObject({
      exit: 0,
      stdout: text,
    });
  });

  it('shows a table of 100, says how many more there are, and every row of the rest', async () => {
    const { home, clock } = await listed();
    const row = 'INSERT INTO devices (name, name_fold, type, user, user_fold, status, created, modified)';
    tamper(
      storeOf(home),
      `WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i < 1200) ${row} SELECT 'x','x','PIN','u','u','C',0,0 FROM n`,
    );
    const lines = async (...options: string[]) => {
      const { stdout, stderr } = await otpctl(['device', 'list', ...options], { home, clock });
      return [stdout.split('\n').length - 1, stderr];
    };
    expect(await lines()).toEqual([101, '1,102 more devices: see them with  --all  or  --limit N\n']);
    expect(await lines('--limit', '150')).toEqual([151, '']);
    expect(await lines('-q')).toEqual([1202, '']);
    expect(await lines('-o', 'jsonl')).toEqual([1202, '']);
    expect(await lines('-o', 'csv', '--limit', '7')).toEqual([8, '']);
    expect((await lines('--all'))[1]).toBe('');
    expect(JSON.parse((await otpctl(['device', 'list', '-o', 'json'], { home })).stdout)).toHaveLength(1202);
  });

  it('is aligned beyond the first page too', async () => {
    const { home, clock } = await listed();
    const row = 'INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified)';
    tamper(
      storeOf(home),
      `WITH RECURSIVE n(i) AS (VALUES(9900) UNION ALL SELECT i+1 FROM n WHERE i < 10100) ${row} SELECT i,'x','x','PIN','u','u','C',0,0 FROM n`,
    );
    const { stdout } = await otpctl(['device', 'list', '--all'], { home, clock });
    const places = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.search(/(?<=^\S+ +)\S/));
    expect(new Set(places).size).toBe(1);
  });

  it('lets nothing that a name contains act on a terminal', async () => {
    const { home } = await listed();
    tamper(
      storeOf(home),
      `UPDATE devices SET user = 'a' || char(27) || '[2J' || char(8238) || char(10) || char(155) || 'b' WHERE id = 1`,
    );
    for (const format of ['table', 'csv', 'json', 'jsonl']) {
      const { stdout } = await otpctl(['device', 'list', '-o', format], { home });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    expect(await json<{ user: string }[]>(['device', 'list'], { home })).toMatchObject([
      { user: 'a\u001b[2J\u202e\n\u009bb' },
      {},
    ]);
  });

  it.each([
    '--limit -1',
    '--limit x',
    '--limit 1.5',
    '--sort-by secret',
    '--sort-by pin',
    '--sort-order up',
    '--status yes',
    '--type card',
    '--all --limit 3',
    '-o xml',
  ])('refuses  %s  with exit 2 and a sentence', async (options) => {
    const { home } = await listed();
    const { exit, stdout, stderr } = await otpctl(['device', 'list', ...options.split(' ')], { home });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .+\nhint: .+\n$|^error: .+\n$/);
  });

  it.each(['V', 'v', 'enabled', 'VALIDATED', 'E'])('takes %s for enabled', async (status) => {
    const { home } = await listed();
    await otpctl(['device', 'enable', '1'], { home });
    expect((await otpctl(['device', 'list', '--status', status, '-q'], { home })).stdout).toBe('1\n');
  });
});

describe('colour', () => {
  const colours = (text: string) => text.includes('\u001b[');
  const terminal = { columns: 200, rows: 50 };

  it('is for terminals, and not when it is forbidden', async () => {
    const { home } = await listed();
    const list = async (options: string[], more = {}) =>
      colours((await otpctl(['device', 'list', ...options], { home, ...more })).stdout);
    expect(await list([], { terminal })).toBe(true);
    expect(await list([])).toBe(false);
    expect(await list(['--no-color'], { terminal })).toBe(false);
    expect(await list([], { terminal, environment: { NO_COLOR: '1' } })).toBe(false);
    expect(await list([], { terminal, environment: { TERM: 'dumb' } })).toBe(false);
    expect(await list(['-o', 'json'], { terminal })).toBe(false);
    expect(await list([], { environment: { FORCE_COLOR: '1' } })).toBe(false);
  });

  it('is in an error on a terminal only', async () => {
    const { home } = await listed();
    expect(colours((await otpctl(['device', 'show', '99'], { home, terminal })).stderr)).toBe(true);
    expect(colours((await otpctl(['device', 'show', '99'], { home })).stderr)).toBe(false);
  });
});
