import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/ports/backend.ts';
import { bulk, clock, RECENT, statuses } from '../support/bulk.ts';
import { json, otpctl } from '../support/cli.ts';
import { temporaryHome } from '../support/home.ts';
import { many, stocked } from '../support/stock.ts';

const FORMATS = ['csv', 'json', 'jsonl'] as const;

/** What a command prints, which has to succeed. */
async function printed(line: string, home: string, stdin = ''): Promise<string> {
  const { exit, stdout, stderr } = await otpctl(line.split(' '), { home, clock, stdin });
  expect({ line, exit, stderr: exit === 0 ? '' : stderr }).toEqual({ line, exit: 0, stderr: '' });
  return stdout;
}

/** The same CSV as other programs write it. */
const DIALECTS: Readonly<Record<string, (csv: string) => string | Buffer>> = {
  'as it is': (csv) => csv,
  'with semicolons': (csv) => csv.replaceAll(',', ';'),
  'with tabs': (csv) => csv.replaceAll(',', '\t'),
  'with a line that names the separator': (csv) => `sep=|\n${csv.replaceAll(',', '|')}`,
  'with CRLF and a byte order mark': (csv) => Buffer.from(`\ufeff${csv.replaceAll('\n', '\r\n')}`),
  'with CR alone': (csv) => csv.replaceAll('\n', '\r'),
  'with a heading in capitals': (csv) => csv.replace(/^.*/, (heading) => heading.toUpperCase()),
  'with all cells in quotes': (csv) => csv.replaceAll(/[^,\n]+/g, '"$&"'),
  'with blanks around cells': (csv) => csv.replaceAll(',', ' , '),
  'with columns and rows that are empty': (csv) => csv.replaceAll('\n', ',,\n').concat(',,,\n'.repeat(2)),
};

/** Each command that reads rows, the rows in plain CSV, and what it then shows. */
const READERS: readonly (readonly [line: string, csv: string, shown: string, expected: RegExp])[] = [
  [
    'bulk create - --yes',
    'type,user,email,phone\nemail,ada,a@example.com,\nsms,bob,,+34666555444\n',
    'device list -o csv --columns type,user,email,phone --sort-by user',
    /^type,user,email,phone\nEMAIL,ada,a@example.com,\nSMS,bob,,\+34666555444\n$/,
  ],
  [
    'user import -',
    'name,fullName,city\nada,Ada L,London\nbob,Bob,\n',
    'user list -o jsonl --columns name,attributes',
    /^\{"name":"ada","attributes":\{"fullName":"Ada L","(city|CITY)":"London"\}\}\n\{"name":"bob","attributes":\{"fullName":"Bob"\}\}\n$/,
  ],
  [
    'ds100 import -',
    'deviceSerialNumber,tokenSerialNumber,userId,tokenStatus\n140100080,014010008031,u1,Disabled\n140100081,014010008131,u2,\n',
    'ds100 list -o csv --columns deviceSerialNumber,tokenSerialNumber,userId,tokenStatus',
    /\n140100080,014010008031,u1,Disabled\n140100081,014010008131,u2,Enabled\n$/,
  ],
];

describe.each(READERS)('otpctl %s', (line, csv, shown, expected) => {
  it.each(Object.entries(DIALECTS))('reads CSV %s', async (_, dialect) => {
    const home = temporaryHome();
    await printed(line, home, dialect(csv) as string);
    expect(await printed(shown, home)).toMatch(expected);
  });
});

describe.each(['bulk update --set-status locked --from - --last-device warn --yes', 'device lock - --yes'])(
  'otpctl %s',
  (line) => {
    it.each(Object.entries(DIALECTS))('reads CSV %s', async (_, dialect) => {
      const { home, store } = await stocked(many(4, { lastUsed: RECENT }));
      await printed(line, home, dialect('name,id\na,2\nb,4\n') as string);
      expect(statuses(store)).toBe('VLVL');
    });

    it.each([
      ['2\r4\r', 'an id a line'],
      ['"2"\n"4"\n', 'an id a line, in quotes'],
      ['id\n2\n4\n', 'one column'],
      ['"ID"\r\n"2"\r\n"4"\r\n', 'one column, in quotes'],
      ['Device ID;x\n2;\n4;\n', 'another heading'],
      ['["2",4]', 'a JSON array of ids'],
      ['[{"id":"2"},{"ID":4,"meta":{"a":[]}}]', 'a JSON array of objects'],
      ['{"id":"2"}\r{"id":4}\r', 'JSON lines'],
    ])('reads %j: %s', async (stdin) => {
      const { home, store } = await stocked(many(4, { lastUsed: RECENT }));
      await printed(line, home, stdin);
      expect(statuses(store)).toBe('VLVL');
    });

    it('reads what device list writes', async () => {
      for (const format of FORMATS) {
        const { home, store } = await stocked(many(4, { lastUsed: RECENT }));
        const list = await printed(`device list --user user2 -o ${format}`, home);
        await printed(line, home, list);
        expect({ format, statuses: statuses(store) }).toEqual({ format, statuses: 'VVLV' });
      }
    });

    it.each([
      ['id;name\n2;a;b\n', 'line 2 of stdin has 3 cells, and the heading has 2 (the separator is ";")'],
      ['id;name,user\n2;a\n', 'the heading of stdin has "," and ";", and either may be the separator'],
      ['2\n4,5\n', 'line 2 of stdin has several cells, and the first line has one'],
      ['name\nada\n', 'stdin has no column "id"'],
      ['[{"id":["2"]}]', '"id" of entry 1 of stdin is neither a text nor a number'],
      ['id,name\n"2,a\n', 'line 2 of stdin is not CSV: a quote is not closed (the separator is ",")'],
    ])('refuses %j', async (stdin, message) => {
      const { home, store } = await stocked(many(4, { lastUsed: RECENT }));
      const outcome = await otpctl(line.split(' '), { home, clock, stdin });
      expect(outcome).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(`error: ${message}\n`) });
      expect(statuses(store)).toBe('VVVV');
    });
  },
);

describe('ids that are no digits', () => {
  it.each(['a-1\n{b}\nC:3\n', 'id\na-1\n{b}\nC:3\n', 'a-1\r"{b}"\rC:3', '["a-1","{b}","C:3"]'])(
    'are looked for at a server as they are: %j',
    async (stdin) => {
      const { home } = await stocked([]);
      const asked: string[] = [];
      const remote = (backend: Backend): Backend => ({
        ...backend,
        async find(id) {
          asked.push(id);
          return undefined;
        },
      });
      const outcome = await bulk(home, 'delete --from - --yes -o csv --columns id,reason', { stdin, remote });
      expect({ exit: outcome.exit, asked }).toEqual({ exit: 6, asked: ['a-1', '{b}', 'C:3'] });
    },
  );
});

describe('the rows of a run', () => {
  it('name the devices that it made', async () => {
    for (const format of FORMATS) {
      const home = temporaryHome();
      const stdin = 'type,user,email\nemail,ada,a@example.com\nemail,bob,none\n';
      expect(await bulk(home, 'create - --yes', { stdin })).toMatchObject({ exit: 6 });
      const rows = await printed(`bulk show 1 -o ${format}`, home);
      const notice = 'notice: 1 row of stdin made no device';
      expect(await otpctl(['device', 'lock', '-'], { home, clock, stdin: rows })).toMatchObject({
        exit: 0,
        stderr: expect.stringContaining(notice),
      });
      const outcome = await bulk(home, 'delete --from - --yes', { stdin: rows });
      expect(outcome).toMatchObject({
        exit: 0,
        stderr: expect.stringContaining(notice),
      });
      expect(await json(['device', 'list'], { home })).toEqual([]);
    }
  });
});

describe('what device list writes', () => {
  it.each(FORMATS)('is made elsewhere by bulk create: %s', async (format) => {
    const home = temporaryHome();
    const csv = `type,user,email,phone
email,"=1+1 ",a@example.com,
email,"O'Neil; ""x"", y",b@example.com,
email,'+34,c@example.com,
sms,Ωmega 漢字 العربية,,+34666555444
email,ﬁona,"d@example.com",
`;
    await printed('bulk create - --yes', home, csv);
    const list = await printed(`device list -o ${format}`, home);
    const other = temporaryHome();
    const outcome = await bulk(other, 'create - --yes', { stdin: list });
    expect(outcome).toMatchObject({
      exit: 0,
      stderr: expect.stringMatching(/^notice: not read in stdin: id, name, status, created(, lastUsed)?, fails\n/),
    });
    const of = async (place: string) =>
      (await json<Record<string, unknown>[]>(['device', 'list'], { home: place }))
        .map(({ type, user, email, phone }) => [user, type, email, phone])
        .sort();
    expect(await of(other)).toEqual(await of(home));
    expect((await of(home)).map(([user]) => user)).toContain('=1+1');
  });

  it.each(['pin', 'Secret', 'otpauthUri', 'digits'])('is not made with a column "%s"', async (column) => {
    const home = temporaryHome();
    const outcome = await bulk(home, 'create - --yes', { stdin: `id,type,user,${column}\n1,email,ada,x\n` });
    expect(outcome).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(`error: stdin has a column "${column}" (the separator is ",")\nhint: `),
    });
    expect(outcome.stderr.includes('a secret does not belong in such a file')).toBe(column !== 'digits');
  });
});

describe('what user list writes', () => {
  const text = fc
    .tuple(
      fc.constantFrom('', '=', '+', '-', '@', "'=", "''", '"', '\\', '{'),
      fc.string({ unit: fc.constantFrom(...'aZ09 ,;"\\\'=éЖ漢ا{}'), minLength: 1, maxLength: 12 }),
    )
    .map((parts) => parts.join('').trim())
    .filter((each) => each !== '');
  const name = fc.constantFrom(
    'fullName',
    'mail',
    'phone',
    'city',
    'Größe',
    'full_name',
    'attributes',
    'cost.center-1',
  );
  const users = fc.uniqueArray(fc.record({ attributes: fc.dictionary(name, text) }), { minLength: 30, maxLength: 40 });

  it.each(FORMATS)('is imported as it was: %s', async (format) => {
    const [sample = []] = fc.sample(users, { numRuns: 1, seed: 2022 });
    const lines = sample.map(({ attributes }, at) => JSON.stringify({ name: `user ${at}`, attributes }));
    const home = temporaryHome();
    await printed('user import -', home, lines.join('\n'));
    // All but what only a store can say.
    const list = 'user list -o json --columns name,active,attributes,groups';
    const all = await printed(list, home);
    expect(JSON.parse(all)).toHaveLength(lines.length);
    const other = temporaryHome();
    await printed('user import -', other, await printed(`user list -o ${format}`, home));
    expect(await printed(list, other)).toBe(all);
    const [first] = JSON.parse(all) as { name: string }[];
    const third = temporaryHome();
    await printed(
      'user import -',
      third,
      (await otpctl(['user', 'show', first?.name ?? '', '-o', format], { home })).stdout,
    );
    expect(JSON.parse(await printed(list, third))).toEqual([first]);
  });

  it('may be as long as a user can be', async () => {
    const home = temporaryHome();
    const attributes = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`a${at}`, '"'.repeat(1000)]));
    await printed('user import -', home, JSON.stringify([{ name: 'ada', attributes }]));
    for (const format of FORMATS) {
      const other = temporaryHome();
      await printed('user import -', other, await printed(`user list -o ${format}`, home));
      expect(await json(['user', 'show', 'ada'], { home: other })).toMatchObject({ name: 'ada', attributes });
    }
  });

  it.each([
    ['name,attributes\nada,"x=1"\n', 'the column "attributes" holds no JSON object'],
    ['name,attributes\nada,"[1]"\n', 'the column "attributes" holds no JSON object'],
    ['name,attributes\nada,"{""a"":1}"\n', 'the attribute "a" is no text'],
    ['name,attributes\nada,"{""a"":""x"",""a"":""y""}"\n', 'has "a" twice'],
    ['name,city,attributes\nada,Rome,"{""city"":""Bern""}"\n', 'the attribute city is there twice'],
    ['{"name":"ada","attributes":{"a":{}}}', 'the attribute "a" is no text'],
  ])('is refused where it is something else: %j', async (stdin, reason) => {
    const { exit, stdout } = await otpctl(['user', 'import', '-', '-o', 'json'], { home: temporaryHome(), stdin });
    expect({ exit, rows: JSON.parse(stdout) }).toMatchObject({
      exit: 2,
      rows: [{ outcome: 'failed', reason: expect.stringContaining(reason) }],
    });
  });

  it.each([
    ['user;user name\na;b\n', 'the column "user name" is there twice in stdin, as "user" too'],
    ['fullName;mail\na;b\n', 'stdin has no column "name" (the separator is ";")'],
    [
      'name;cost center\na;b\n',
      'the heading of stdin: "cost center" is no name of an attribute (the separator is ";")',
    ],
    ['name|mail\na|b\n', 'stdin has no column "name" (there is no separator)'],
  ])('has a heading, which is refused at once: %j', async (stdin, message) => {
    const outcome = await otpctl(['user', 'import', '-'], { home: temporaryHome(), stdin });
    expect(outcome).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(`error: ${message}\n`) });
  });

  it.each([
    ['sep=;\r\nname;city\r\nada;Rome;x\r\nbob;Bern\r\n', 'sep=;\r\nname;city\nada;Rome;x\n'],
    ['[{"name":"bob"},{"name":"ada","city":[1]}]', '{"name":"ada","city":[1]}\n'],
  ])('leaves rows that fail as they were: %j', async (text, rest) => {
    const home = temporaryHome();
    const file = join(home, 'users');
    writeFileSync(file, text);
    expect((await otpctl(['user', 'import', file], { home })).exit).toBe(6);
    expect(readFileSync(`${file}.failed`, 'utf8')).toBe(rest);
  });
});

describe('what ds100 list writes', () => {
  it.each(FORMATS)('is registered elsewhere, and names devices: %s', async (format) => {
    const home = temporaryHome();
    await printed(
      'ds100 import -',
      home,
      'serial;token serial number;user id;name;e-mail;status\n140100080;014010008031;=u1;"a, ""b""";a@example.com;x\n'.replace(
        ';status',
        ';state',
      ),
    );
    await printed('ds100 disable --from - --yes', home, await printed(`ds100 list -o ${format}`, home));
    const list = await printed(`ds100 list -o ${format}`, home);
    const other = temporaryHome();
    await printed('ds100 import -', other, list);
    const of = (place: string) =>
      printed('ds100 list -o csv --columns tokenSerialNumber,userId,tokenStatus,name,email', place);
    expect(await of(other)).toBe(await of(home));
    expect(await of(other)).toContain('\n014010008031,\'=u1,Disabled,"a, ""b""",a@example.com\n');
    await printed('ds100 enable --from - --yes', other, list);
    expect(await of(other)).toContain('Enabled');
  });

  it('is refused with the separator that was taken', async () => {
    for (const [line, stdin, message] of [
      [
        'ds100 disable --from -',
        'serial;userId\n140100080\n',
        'line 2 has 1 cell, and the heading has 2 (the separator is ";")',
      ],
      ['ds100 import -', 'serial\tuserId\n140100080\tu\n', 'stdin has no tokenSerialNumber (the separator is a tab)'],
    ]) {
      const outcome = await otpctl((line ?? '').split(' '), { home: temporaryHome(), stdin: stdin ?? '' });
      expect(outcome).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(message ?? '') });
    }
  });
});
