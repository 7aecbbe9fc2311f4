import { describe, expect, it } from 'vitest';
import { readEnrolments } from '../../src/formats/rows/enrolment-rows.ts';
import { readIds } from '../../src/formats/rows/id-rows.ts';
import { readSerialRows } from '../../src/formats/rows/serial-rows.ts';
import { readUsers } from '../../src/formats/rows/user-rows.ts';
import { readSettings } from '../../src/formats/settings-toml.ts';

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  devices: (text) => readEnrolments(text.replace(/^name\n/, 'type,user\n').replaceAll('name', 'user'), 'the file'),
  users: (text) => readUsers(text, 'the file'),
  'serial numbers': (text) => readSerialRows(text.replaceAll('name', 'serial')),
  ids: (text) => readIds(text.replaceAll('name', 'id'), 'the file'),
};

const columns = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`).join(',');

describe.each(Object.entries(READERS))('a table of %s', (_, read) => {
  it.each([
    ['a heading of 200,000 columns', `${columns(200_000)}\n1\n`, 'has more than 524,288 characters'],
    ['a heading of 1,001 columns', `${columns(1001)}\n1\n`, 'line 1 of the file has more than 1,000 cells'],
    ['a row of 1,001 cells', `name\n${','.repeat(1000)}\n`, 'line 2 of the file has more than 1,000 cells'],
    [
      'a cell without an end',
      `name\n"${'a\n'.repeat(1_000_000)}`,
      'line 2 of the file has more than 524,288 characters',
    ],
    ['a row without an end', `name\n${'a'.repeat(600_000)}`, 'line 2 of the file has more than 524,288 characters'],
    ['line ends alone, and very many', 'name\ra\r'.repeat(2_500_001), /has more than [25],000,000 (rows|ids)/],
    ['very many cells', `${columns(1000)}\n${`${','.repeat(999)}\n`.repeat(10_001)}`, 'has more than 10,000,000 cells'],
    ['a line of JSON without an end', `{"name":"${'a'.repeat(600_000)}"}`, 'line 1'],
    ['a column that is there twice', 'name,name\na,b\n', /the column "(name|user|id|serial)" is there twice/],
  ])('is refused with %s', async (_what, text, why) => {
    await expect(Promise.resolve().then(() => read(text))).rejects.toMatchObject({
      code: 'invalid-value',
      message: expect.stringMatching(why),
    });
  });
});

it('a name that JSON has twice is no name', async () => {
  await expect(readEnrolments('{"user":"ada","user":"eve"}', 'the file')).rejects.toThrow(
    'line 1 of the file has "user" twice',
  );
  const { rows } = await readUsers('{"name":"ada","name":"eve"}', 'the file');
  expect(rows).toEqual([{ line: 1, text: '{"name":"ada","name":"eve"}', problem: 'has "name" twice' }]);
});

it('a serial number whose field is there twice in other words is none', async () => {
  await expect(readSerialRows('userId,user_id,serial\na,b,140100080\n')).rejects.toThrow('twice');
});

it.each([
  '"totp.digits" = 8\n[totp]\ndigits = 6\n',
  '[totp]\ndigits = 6\ndigits = 8\n',
  'totp.digits = 6\n[totp]\ndigits = 8\n',
])('a setting that TOML has twice is refused: %j', (text) => {
  expect(() => readSettings(text)).toThrow(/twice|redefin|already|TOML/);
});

it('some millions of ids are no table', async () => {
  expect((await readIds('1\n'.repeat(2_500_000), 'stdin')).ids).toHaveLength(2_500_000);
  await expect(readIds('1\n'.repeat(5_000_001), 'stdin')).rejects.toThrow('more than 5,000,000 ids');
});
