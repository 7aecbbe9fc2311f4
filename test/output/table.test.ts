import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { plain } from '../../src/output/paint.ts';
import { createTable } from '../../src/output/table.ts';
import { ago } from '../../src/output/text/relative-time.ts';
import type { Column } from '../../src/output/view.ts';

interface Row {
  readonly a: string;
  readonly b: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'a', title: 'first', value: ({ a }) => a },
  { key: 'b', title: 'second', value: ({ b }) => b },
];
const look = { paint: plain, now: 0 };

describe('a table', () => {
  it.each(['李小龍', 'ada', 'مرحبا', 'e\u0301a', '👩‍💻', 'Ünal', 'ｆｕｌｌ', '', '👍🏽 ok'])(
    'is aligned beside %j',
    async (name) => {
      const text = await createTable(COLUMNS, look, undefined).lay([
        { a: name, b: '|' },
        { a: 'x'.repeat(12), b: '|' },
      ]);
      const [heading = '', first = '', second = ''] = text.split('\n');
      const place = stringWidth(second.slice(0, second.indexOf('|')));
      expect(place).toBe(14);
      expect(stringWidth(first.slice(0, first.indexOf('|')))).toBe(place);
      expect(heading.indexOf('SECOND')).toBe(place);
    },
  );

  it('cuts nothing, and is as wide as its widest row, whatever the rows are', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((each) => !/[\p{C}\s]/u.test(each));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ a: text, b: text }), { maxLength: 20 }), async (rows) => {
        const lines = (await createTable(COLUMNS, look, undefined).lay(rows)).split('\n').slice(1, -1);
        expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual(
          rows.map(({ a, b }) => `${a} ${b}`.replace(/ +/g, ' ')),
        );
      }),
    );
  });

  it('leaves out from the right what a window has no room for, and never the first', async () => {
    const row = { a: 'a'.repeat(10), b: 'b'.repeat(10) };
    const widthIn = async (window: number | undefined) =>
      (await createTable(COLUMNS, look, window).lay([row])).split('\n')[1];
    expect(await widthIn(22)).toBe(`${row.a}  ${row.b}`);
    expect(await widthIn(21)).toBe(row.a);
    expect(await widthIn(5)).toBe(row.a);
    expect(await widthIn(undefined)).toBe(`${row.a}  ${row.b}`);
    const narrow = createTable(COLUMNS, look, 21);
    await narrow.lay([row]);
    expect(narrow.leftOut()).toEqual(['b']);
  });

  const long = (columns: readonly Column<Row>[]): readonly Column<Row>[] =>
    columns.map((column, at) => (at === 0 ? { ...column, long: true } : column));

  it('cuts a long text in a window, as little as it must, before it leaves out a column', async () => {
    const row = { a: 'a'.repeat(40), b: 'b'.repeat(10) };
    const rowIn = async (window: number) => (await createTable(long(COLUMNS), look, window).lay([row])).split('\n')[1];
    expect(await rowIn(52)).toBe(`${row.a}  ${row.b}`);
    expect(await rowIn(51)).toBe(`${'a'.repeat(38)}…  ${row.b}`);
    expect(await rowIn(28)).toBe(`${'a'.repeat(15)}…  ${row.b}`);
    // With less than 16 columns a text says too little: the other column gives way.
    expect(await rowIn(27)).toBe(`${'a'.repeat(26)}…`);
  });

  it('cuts between the characters that a person sees, and stays aligned', async () => {
    const rows = ['李小龍'.repeat(9), '👩‍💻'.repeat(30), 'e\u0301'.repeat(50), 'x'].map((a) => ({ a, b: '|' }));
    const lines = (await createTable(long(COLUMNS), look, 30).lay(rows)).split('\n').slice(1, -1);
    expect(lines.map((line) => stringWidth(line.slice(0, line.indexOf('|'))))).toEqual([24, 24, 24, 24]);
    expect(lines[0]).toMatch(/^(李小龍)+李?小?… +\|$/);
    expect(lines[1]).toMatch(/^(👩‍💻)+… +\|$/);
    expect(lines[2]).toMatch(/^(e\u0301)+… +\|$/);
  });

  it('is never wider than its window, where the first column has room in it', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60, size: 'max' }).filter((each) => !/[\p{C}\s]/u.test(each));
    const pages = fc.array(fc.array(fc.record({ a: text, b: text }), { maxLength: 5 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(pages, fc.integer({ min: 16, max: 90 }), async (given, window) => {
        const table = createTable(long(COLUMNS), look, window);
        for (const page of given) {
          for (const line of (await table.lay(page)).split('\n')) {
            expect(stringWidth(line)).toBeLessThanOrEqual(window);
          }
        }
      }),
    );
  });

  it('keeps its columns, and widens them for a later page', async () => {
    const table = createTable(COLUMNS, look, 40);
    expect(await table.lay([{ a: 'x', b: 'y' }])).toBe('FIRST  SECOND\nx      y\n');
    expect(await table.lay([{ a: 'longer', b: 'y' }])).toBe('longer  y\n');
  });
});

describe('how long ago', () => {
  it.each([
    [0, 'just now'],
    [59, 'just now'],
    [60, '1 minute ago'],
    [3599, '59 minutes ago'],
    [3600, '1 hour ago'],
    [86_399, '23 hours ago'],
    [86_400, '1 day ago'],
    [212 * 86_400, '212 days ago'],
    [729 * 86_400, '729 days ago'],
    [731 * 86_400, '2 years ago'],
    [-1, '2022-01-01T00:00:01Z'],
  ])('%i seconds are %s', (seconds, text) => {
    expect(ago(1_640_995_200 - seconds, 1_640_995_200)).toBe(text);
  });
});
