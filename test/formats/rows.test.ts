import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../src/domain/text/csv-cell.ts';
import { type Columns, columnKey, type Row } from '../../src/formats/rows/row.ts';
import { readRows } from '../../src/formats/rows/rows.ts';

const NAMES = ['user', 'full.name', 'email'];
const COLUMNS: Columns = { nameOf: (heading) => NAMES.find((name) => name === columnKey(heading)) };

/** The cells of each row in the order of `NAMES`, or what is wrong with it. */
async function cells(text: string): Promise<unknown[]> {
  const { rows } = await readRows(text, 'a.csv', COLUMNS, ({ cells: found, problem }: Row) =>
    problem === undefined ? NAMES.map((name) => found.get(name) ?? '') : problem,
  );
  return [...rows];
}

async function whole(text: string, columns = COLUMNS): Promise<readonly Row[]> {
  return (await readRows(text, 'a.csv', columns, (row) => row)).rows;
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
/** Rows as another program may write them: everything in quotes, so that any cell has its place. */
const written = (rows: readonly (readonly string[])[], separator: string, lineEnd: string, heading = NAMES) =>
  [heading, ...rows].map((row) => row.map(quoted).join(separator) + lineEnd).join('');

/** Texts of all scripts, with what parts cells and rows, and what spreadsheets take for formulas. */
const cell = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .tuple(
      fc.constantFrom('=', '+', '-', '@', "'=", "''+", ' ', '\u00a0', '', '"', "'"),
      fc.stringMatching(/^[a-z0-9;, \t"'\u00e9\u0416\u6f22\u0627]{0,8}$/),
      fc.constantFrom('', ' ', '\n', '\r\n', '\r', ';', '"', ',', '\t'),
    )
    .map((parts) => parts.join('')),
);
const rowsOfCells = fc.array(
  fc.tuple(cell, cell, cell).filter((row) => row.some((each) => each !== '')),
  { maxLength: 5 },
);
/** A cell that begins like one of ours that a formula was neutralised in is read as what that was. */
const foreign = rowsOfCells.filter((rows) => rows.every((row) => row.every((each) => !/^'+[=+\-@\t\r]/.test(each))));

describe('rows of a file', () => {
  it('are what they were when written, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(rowsOfCells, async (rows) => {
        const csv = [csvLine(NAMES), ...rows.map((row) => csvLine(row))].join('');
        expect(await cells(csv)).toEqual(rows);
        const objects = rows.map((row) => Object.fromEntries(NAMES.map((name, at) => [name, row[at]])));
        expect(await cells(JSON.stringify(objects))).toEqual(rows);
        expect(await cells(JSON.stringify(objects, undefined, 2))).toEqual(rows);
        expect(await cells(objects.map((each) => JSON.stringify(each)).join('\r\n'))).toEqual(rows);
      }),
    );
  });

  it('are the same in every dialect', async () => {
    await fc.assert(
      fc.asyncProperty(
        foreign,
        fc.constantFrom(',', ';', '\t', '|', ':', '^'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom(['User', 'FULL.NAME', 'E-Mail'], [' user ', 'full . name', 'e_mail'], NAMES),
        fc.constantFrom('sep=', '"sep=', 'SEP=', ''),
        async (rows, separator, lineEnd, heading, word) => {
          const isNamed = word !== '' || !',;\t'.includes(separator);
          const first = isNamed ? `${word || 'sep='}${separator}${word.startsWith('"') ? '"' : ''}${lineEnd}` : '';
          expect(await cells(first + written(rows, separator, lineEnd, heading))).toEqual(rows);
        },
      ),
    );
  });

  it('are parted by what the heading has outside of quotes, and by nothing that a row has', async () => {
    expect(await cells('user;email\na,b;c\n')).toEqual([['a,b', '', 'c']]);
    expect(await cells('"user";"note, or what"\na;b,c\n')).toEqual([['a', '', '']]);
    expect(await cells('user\temail\na;,b\tc\n')).toEqual([['a;,b', '', 'c']]);
    expect(await cells('user\n"a;b,c"\n')).toEqual([['a;b,c', '', '']]);
  });

  it('end with LF, CRLF or CR, also one like this and one like that', async () => {
    expect(await cells('user,email\ra,1\r\nb,2\nc,3\r\r\n\n \nd,4')).toEqual(
      ['a1', 'b2', 'c3', 'd4'].map(([user, email]) => [user, '', email]),
    );
  });

  it('say where they begin, and what they are, whatever their line ends', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const lines = ['sep=;', '', 'user;email', '"a', '', 'b";1', '', ';', ' c ;"2" '].map((line) => line + end);
      expect(await whole(lines.join(''))).toMatchObject([
        { line: 4, where: 'line 4 of a.csv', text: `"a${end}${end}b";1` },
        { line: 9, where: 'line 9 of a.csv', text: ' c ;"2" ' },
      ]);
    }
    const { header } = await readRows('\nsep=;\r\nuser;email\r\na;1\r\n', 'a.csv', COLUMNS, () => undefined);
    expect(header).toBe('sep=;\r\nuser;email');
  });

  it('that have no text in any cell are none, as spreadsheets leave them', async () => {
    expect(await cells('user,email,,\n,,,\na,b,,\n  , ,,\n')).toEqual([['a', '', 'b']]);
  });

  it.each([
    ['user;email\na;b\nc;d;e;f\n', 'has 4 cells, and the heading has 2 (the separator is ";")'],
    ['user\temail\na;b\n', 'has 1 cell, and the heading has 2 (the separator is a tab)'],
    ['user\na,b\n', 'has 2 cells, and the heading has 1 (there is no separator)'],
    ['sep=|\nuser|email\na,b\n', 'has 1 cell, and the heading has 2 (the separator is "|")'],
    ['user,,email\na,b,c\n', 'has "b" in a column without a heading (the separator is ",")'],
    ['{"user":["a"]}', undefined],
    ['{"user":"a","USER":"b"}', 'has "USER" twice, as "user" too'],
    ['{"user":0.1}', 'has a number in "user" that must be a text'],
    ['{"user":12345678901234567890}', 'has a number in "user" that must be a text'],
    ['{"user":"a"}\n{"user":\n', 'is not JSON'],
    ['["a"]', 'is no JSON object'],
    ['[null]', 'is no JSON object'],
  ])('are broken one by one: %j', async (text, problem) => {
    expect((await whole(text)).at(-1)?.problem).toBe(problem);
  });

  it.each([
    ['user;email,phone\n', 'the heading of a.csv has "," and ";", and either may be the separator'],
    ['user\temail;phone\n', 'the heading of a.csv has ";" and a tab, and either may be the separator'],
    ['sep=\nuser\n', 'the first line of a.csv names no separator'],
    ['sep=ab\nuser\n', 'the first line of a.csv names no separator'],
    ['sep="\nuser\n', 'the first line of a.csv names no separator'],
    ['user;User\n', 'the column "User" is there twice in a.csv, as "user" too'],
    ['user;email\r"a;b\r', 'line 2 of a.csv is not CSV: a quote is not closed (the separator is ";")'],
    [
      'user,email\n\n"a" b,c\n',
      'line 3 of a.csv is not CSV: a quote is in the middle of a cell (the separator is ",")',
    ],
    ['user,email\na"b,c\n', 'line 2 of a.csv is not CSV: a quote is in the middle of a cell (the separator is ",")'],
    ['[1', 'a.csv is not JSON'],
  ])('are refused as a whole: %j', async (text, message) => {
    await expect(whole(text)).rejects.toMatchObject({ code: 'invalid-value', message });
  });

  it('a separator that is named is obeyed where the heading has another one', async () => {
    expect(await cells('sep=;\nuser;email\na,b;c\n')).toEqual([['a,b', '', 'c']]);
    const names = ['user, or who', 'email'];
    const columns: Columns = { nameOf: (heading) => names.find((name) => name === heading) };
    const { rows } = await readRows('sep=;\nuser, or who;email\na;b\n', 'a.csv', columns, ({ cells: found }) => [
      ...found.values(),
    ]);
    expect(rows).toEqual([['a', 'b']]);
  });

  it('may be one object over several lines', async () => {
    expect(await cells('{\n  "user": "a",\n  "email": null\n}\n')).toEqual([['a', '', '']]);
  });
});

describe('rows of one cell', () => {
  const bare: Columns = { ...COLUMNS, bare: 'user', isBare: (first) => first !== 'user' };
  const users = async (text: string) =>
    (await readRows(text, 'a.csv', bare, (row) => row.problem ?? row.cells.get('user'))).rows;

  it.each([
    ['a\nb c\n', ['a', 'b c']],
    ['"a"\r\n"b"\r\n', ['a', 'b']],
    ['a\r\r  b  \r', ['a', 'b']],
    ['"a;b ""c"""\n', ['a;b "c"']],
    ['user\na\n', ['a']],
    ['"user"\r"a"\r', ['a']],
    ['User Name\nuser\n', ['User Name', 'user']],
    ['["a","b",3]', ['a', 'b', '3']],
    ['sep=;\nuser\na\n', ['a']],
  ])('are read without a heading, or with one: %j', async (text, found) => {
    expect(await users(text)).toEqual(found);
  });

  it('have one cell each', async () => {
    expect(await users('a\nb,c\n"d\n')).toEqual([
      'a',
      'has several cells, and the first line has one',
      'has several cells, and the first line has one',
    ]);
  });
});
