import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { fixedClock } from '../support/fixed.ts';
import { temporaryHome } from '../support/home.ts';

const show = (home: string, name: string) => json(['user', 'show', name], { home });

describe('users', () => {
  it('are made known by their attributes, whatever the spelling', async () => {
    const home = temporaryHome();
    const set = (name: string, ...attributes: string[]) =>
      json(['user', 'set', name, ...attributes.flatMap((each) => ['--attr', each])], { home });
    expect(await set('Ada', 'fullName=Ada Lovelace', 'Größe=172 cm')).toMatchObject({
      ...{ id: '1', name: 'Ada', active: true, groups: [] },
      attributes: { fullName: 'Ada Lovelace', Größe: '172 cm' },
    });
    expect(await set(' ADA', 'fullname=Countess', 'mail=ada@example.com', 'Größe=')).toMatchObject({
      ...{ id: '1', name: 'Ada' },
      attributes: { fullName: 'Countess', mail: 'ada@example.com' },
    });
    expect(await json(['user', 'list'], { home })).toHaveLength(1);
    expect(await json(['user', 'remove', 'ada'], { home })).toEqual({ name: 'ada', deleted: true, devices: 0 });
    expect((await otpctl(['user', 'show', 'ada'], { home })).exit).toBe(3);
    expect((await otpctl(['user', 'remove', 'ada'], { home })).exit).toBe(3);
    const actions = await json<{ action: string; user: string }[]>(['audit', 'list', '--user', 'ada'], { home });
    expect(actions.map(({ action }) => action)).toEqual(['user.set', 'user.set', 'user.remove']);
  });

  it.each(['=x', 'a b=x', '1a=x', 'PIN=x', 'userName=x', '__proto__=x', 'city=a\u001bb', 'novalue'])(
    'refuse the attribute %j',
    async (attribute) => {
      const home = temporaryHome();
      expect(await otpctl(['user', 'set', 'ada', '--attr', attribute], { home })).toMatchObject({
        exit: 2,
        stdout: '',
      });
    },
  );

  it('are active or not, and in groups; the log says what changed', async () => {
    const options = { home: temporaryHome(), clock: fixedClock() };
    const set = (...words: string[]) => json(['user', 'set', 'ada', ...words], options);
    expect(await set('--group', 'VPN', '--group', 'sales ', '--group', 'vpn')).toMatchObject({
      ...{ active: true, groups: ['VPN', 'sales'], created: '2022-01-01T00:00:00Z', modified: '2022-01-01T00:00:00Z' },
    });
    options.clock.advance(60);
    expect(await set('--active', 'false', '--attr', 'city=Rom')).toMatchObject({
      ...{ active: false, attributes: { city: 'Rom' }, groups: ['VPN', 'sales'] },
      ...{ created: '2022-01-01T00:00:00Z', modified: '2022-01-01T00:01:00Z' },
    });
    options.clock.advance(60);
    // The same again changes nothing.
    expect(await set('--active', 'false')).toMatchObject({ modified: '2022-01-01T00:01:00Z' });
    expect(await set('--group', 'sales', '--group', 'it')).toMatchObject({ active: false, groups: ['sales', 'it'] });
    expect(await set('--no-groups', '--active', 'true')).toMatchObject({ active: true, groups: [] });
    const entries = await json<{ result: string }[]>(['audit', 'list', '--user', 'ada'], options);
    expect(entries.map(({ result }) => result)).toEqual([
      'ok: made known, +"VPN", +"sales"',
      'ok: city, now inactive',
      'ok: +"it", -"VPN"',
      'ok: now active, -"sales", -"it"',
    ]);
  });

  it.each([
    ['--active', 'yes'],
    ['--active', ''],
    ['--group', ''],
    ['--group', 'a;b'],
    ['--group', 'a\u001bb'],
    ['--group', 'x'.repeat(257)],
    ['--group', 'a', '--no-groups'],
  ])('refuse  %s %j', async (...words) => {
    const home = temporaryHome();
    expect(await otpctl(['user', 'set', 'ada', ...words], { home })).toMatchObject({ exit: 2, stdout: '' });
  });

  it('fit a window of 80 columns, and lose nothing that there is no room for', async () => {
    const home = temporaryHome();
    await json(['user', 'set', 'ada', '--group', 'vpn', '--group', 'sales', '--attr', 'city=London'], { home });
    const { stdout } = await otpctl(['user', 'list', '--no-color'], { home, terminal: { columns: 80, rows: 24 } });
    expect(
      stdout
        .split('\n')
        .slice(0, 2)
        .map((line) => line.trimEnd()),
    ).toEqual(['NAME  ACTIVE  GROUPS      ATTRIBUTES', 'ada   yes     vpn; sales  city=London']);
  });

  it('label the QR code by their full name', async () => {
    const home = temporaryHome();
    const uri = async () =>
      decodeURIComponent(
        String((await json(['device', 'create', 'hotp', '--user', 'ada', '--show-secret'], { home }))['otpauthUri']),
      );
    expect(await uri()).toMatch(/^otpauth:\/\/hotp\/otpctl:ada\?/);
    await json(['user', 'set', 'ada', '--attr', 'fullName=Ada Lovelace'], { home });
    expect(await uri()).toMatch(/^otpauth:\/\/hotp\/otpctl:Ada Lovelace\?/);
    await json(['user', 'set', 'ada', '--attr', 'fullName=a:b'], { home });
    expect(await uri()).toMatch(/^otpauth:\/\/hotp\/otpctl:ada\?/);
  });

  it('must be known where users.strict says so', async () => {
    const home = temporaryHome();
    await json(['settings', 'set', 'users.strict=true'], { home });
    const create = () => otpctl(['device', 'create', 'hotp', '--user', 'ada', '--show-secret'], { home });
    expect(await create()).toMatchObject({ exit: 3, stderr: expect.stringContaining('users.strict') });
    await json(['user', 'set', 'ada'], { home });
    expect((await create()).exit).toBe(0);
  });

  describe('from a file', () => {
    const CSV = `name,fullName,mail,city
ada,"Lovelace, Ada",ada@example.com,London
,nobody,,
bob,"Bob ""the"" Builder",,
eve,too,many,cells,here
"mallory
x",y,z,
carl,'=1+1,,
`;

    it('are taken row by row; rows that fail are written back, and can be corrected and imported', async () => {
      const home = temporaryHome();
      const file = join(home, 'users.csv');
      writeFileSync(file, CSV);
      const { exit, stdout, stderr } = await otpctl(['user', 'import', file, '-o', 'json'], { home });
      expect({ exit, stderr }).toEqual({ exit: 6, stderr: expect.stringContaining('users.csv.failed') });
      expect(JSON.parse(stdout)).toEqual([
        { line: 2, name: 'ada', outcome: 'imported' },
        { line: 3, outcome: 'failed', reason: expect.stringContaining('empty') },
        { line: 4, name: 'bob', outcome: 'imported' },
        { line: 5, outcome: 'failed', reason: expect.stringContaining('5 cells') },
        { line: 6, outcome: 'failed', reason: expect.stringContaining('control characters') },
        { line: 8, name: 'carl', outcome: 'imported' },
      ]);
      expect(await show(home, 'bob')).toMatchObject({ name: 'bob', attributes: { fullName: 'Bob "the" Builder' } });
      expect(await show(home, 'carl')).toMatchObject({ name: 'carl', attributes: { fullName: '=1+1' } });
      const failed = readFileSync(`${file}.failed`, 'utf8');
      expect(failed).toBe('name,fullName,mail,city\n,nobody,,\neve,too,many,cells,here\n"mallory\nx",y,z,\n');
      expect(statSync(`${file}.failed`).mode & 0o777).toBe(0o600);
      writeFileSync(
        `${file}.failed`,
        failed.replace(',nobody', 'zoe,nobody').replace(',here', '').replace('"mallory\nx"', 'mallory'),
      );
      expect((await otpctl(['user', 'import', `${file}.failed`], { home })).exit).toBe(0);
      expect(existsSync(`${file}.failed.failed`)).toBe(false);
      expect(await json(['user', 'list'], { home })).toHaveLength(6);
    });

    it('may be JSON lines, from stdin, and are changed when they are there', async () => {
      const home = temporaryHome();
      await json(['user', 'set', 'ada', '--attr', 'city=London'], { home });
      const residue = join(home, 'residue');
      const lines = [
        { user: 'ADA', fullName: 'Ada', city: '' },
        { user: 'bob', nested: {} },
        { user: 'b', age: 7 },
      ];
      const stdin = `${lines.map((line) => JSON.stringify(line)).join('\n')}\nnot json\n`;
      const { exit } = await otpctl(['user', 'import', '-', '--residue', residue], { home, stdin });
      expect(exit).toBe(6);
      expect(await show(home, 'ada')).toMatchObject({ name: 'ada', attributes: { city: 'London', fullName: 'Ada' } });
      expect(await show(home, 'b')).toMatchObject({ name: 'b', attributes: { age: '7' } });
      expect(readFileSync(residue, 'utf8')).toBe('{"user":"bob","nested":{}}\nnot json\n');
    });

    it('are what user list wrote, with groups and who is inactive', async () => {
      const [from, to] = [temporaryHome(), temporaryHome()];
      await json(['user', 'set', 'zoe'], { home: from });
      const words = ['--active', 'false', '--group', 'vpn', '--group', 'a, b', '--attr', 'id=7'];
      await json(['user', 'set', 'ada', ...words], { home: from });
      const ada = { name: 'ada', active: false, groups: ['vpn', 'a, b'], attributes: { id: '7' } };
      for (const format of ['csv', 'json', 'jsonl']) {
        const { stdout } = await otpctl(['user', 'list', '-o', format], { home: from });
        const home = temporaryHome();
        expect(await otpctl(['user', 'import', '-'], { home, stdin: stdout })).toMatchObject({ exit: 0 });
        expect(await show(home, 'ada')).toMatchObject({ ...ada, id: '1' });
      }
      const rows = ['name,active,groups,id', 'ada,FALSE, vpn ;;IT,7', 'bob,,,8', 'eve,maybe,,', 'kim,true,x\u0007,'];
      const { exit, stdout } = await otpctl(['user', 'import', '-', '-o', 'json'], {
        home: to,
        stdin: rows.join('\n'),
      });
      expect({ exit, said: JSON.parse(stdout) }).toMatchObject({
        exit: 6,
        said: [{}, {}, { reason: expect.stringContaining('"active"') }, { reason: expect.stringContaining('group') }],
      });
      expect(await show(to, 'ada')).toMatchObject({ active: false, groups: ['vpn', 'IT'], attributes: { id: '7' } });
      expect(await show(to, 'bob')).toMatchObject({ active: true, groups: [], attributes: { id: '8' } });
      await otpctl(['user', 'import', '-'], { home: to, stdin: 'name,groups,active\nada,,\nbob,;,' });
      expect(await show(to, 'ada')).toMatchObject({ active: false, groups: ['vpn', 'IT'] });
      const bare = '[{"name":"ada","groups":[],"active":true}]';
      expect(await otpctl(['user', 'import', '-'], { home: to, stdin: bare })).toMatchObject({ exit: 0 });
      expect(await show(to, 'ada')).toMatchObject({ active: true, groups: [] });
    });

    it.each([
      ['', 2],
      ['name,name\na,b\n', 2],
      ['"name\n', 2],
      ['name\n', 0],
      ['fullName\nx\n', 2],
    ])('%j is exit %i', async (stdin, exit) => {
      const home = temporaryHome();
      expect((await otpctl(['user', 'import', '-'], { home, stdin })).exit).toBe(exit);
    });

    it('ten thousand are imported in batches', async () => {
      const home = temporaryHome();
      const rows = Array.from({ length: 10_000 }, (_, at) => `user${at},Name ${at}`).join('\n');
      const { exit, stdout } = await otpctl(['user', 'import', '-', '-q'], { home, stdin: `name,fullName\n${rows}\n` });
      expect(exit).toBe(0);
      expect(stdout.split('\n')).toHaveLength(10_001);
      expect(await json(['audit', 'verify'], { home })).toMatchObject({ intact: true, entries: 10_001 });
    });
  });
});
