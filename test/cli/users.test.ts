import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';

const show = (home: string, name: string) => json(['user', 'show', name], { home });

describe('users', () => {
  it('are made known by their attributes, whatever the spelling', async () => {
    const home = temporaryHome();
    const set = (name: string, ...attributes: string[]) =>
      json(['user', 'set', name, ...attributes.flatMap((each) => ['--attr', each])], { home });
    expect(await set('Ada', 'fullName=Ada Lovelace', 'Größe=172 cm')).toEqual({
      name: 'Ada',
      attributes: { fullName: 'Ada Lovelace', Größe: '172 cm' },
    });
    expect(await set(' ADA', 'fullname=Countess', 'mail=ada@example.com', 'Größe=')).toEqual({
      name: 'Ada',
      attributes: { fullName: 'Countess', mail: 'ada@example.com' },
    });
    expect(await json(['user', 'list'], { home })).toHaveLength(1);
    expect(await json(['user', 'remove', 'ada'], { home })).toEqual({ name: 'ada', deleted: true });
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
      expect(await show(home, 'bob')).toEqual({ name: 'bob', attributes: { fullName: 'Bob "the" Builder' } });
      expect(await show(home, 'carl')).toEqual({ name: 'carl', attributes: { fullName: '=1+1' } });
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
      expect(await show(home, 'ada')).toEqual({ name: 'ada', attributes: { city: 'London', fullName: 'Ada' } });
      expect(await show(home, 'b')).toEqual({ name: 'b', attributes: { age: '7' } });
      expect(readFileSync(residue, 'utf8')).toBe('{"user":"bob","nested":{}}\nnot json\n');
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
