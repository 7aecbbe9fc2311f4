import { describe, expect, it } from 'vitest';
import { spansOf } from '../../scripts/picture/sgr.ts';
import { colours } from '../../src/output/paint.ts';

const E = '\u001b';

describe('what a terminal shows, as spans', () => {
  it('is text without gaps, and the column of each', () => {
    expect(spansOf('ID  NAME of it\n\n  1 ')).toEqual([
      [
        { text: 'ID', column: 0, width: 2 },
        { text: 'NAME of it', column: 4, width: 10 },
      ],
      [],
      [{ text: '1', column: 2, width: 1 }],
    ]);
  });

  it('counts the columns of a terminal, not letters', () => {
    expect(spansOf('日本  e\u0301  x')[0]).toMatchObject([
      { column: 0, width: 4 },
      { column: 6, width: 1 },
      { text: 'x', column: 9 },
    ]);
  });

  it.each([
    [`${E}[31mx`, { colour: 'red' }],
    [`${E}[32mx`, { colour: 'green' }],
    [`${E}[1;33mx`, { colour: 'yellow', bold: true }],
    [`${E}[1m${E}[2m${E}[31m${E}[22mx`, { colour: 'red' }],
    [`${E}[31m${E}[39mx`, {}],
    [`${E}[2;31m${E}[39m${E}[49mx`, { faint: true }],
    [`${E}[1;31m${E}[mx`, {}],
    [`${E}[1;31m${E}[0mx`, {}],
  ])('has the style of %j', (line, style) => {
    expect(spansOf(line)).toEqual([[{ text: 'x', column: 0, width: 1, ...style }]]);
  });

  it('keeps a style over the end of a line', () => {
    expect(spansOf(`${E}[1mA\n${E}[0mB`)).toEqual([
      [{ text: 'A', column: 0, width: 1, bold: true }],
      [{ text: 'B', column: 0, width: 1 }],
    ]);
  });

  it('counts no column for a colour', () => {
    expect(spansOf(`a ${E}[32mb${E}[39m c`)[0]).toMatchObject([
      { text: 'a', column: 0 },
      { text: 'b', column: 2 },
      { text: 'c', column: 4 },
    ]);
  });

  it('knows all that the program paints with', async () => {
    const paint = await colours();
    const painted = (['good', 'bad', 'warn', 'faint', 'strong'] as const).map((name) => paint[name](name));
    expect(spansOf(painted.join('\n')).map(([span]) => span)).toMatchObject([
      { text: 'good', colour: 'green' },
      { text: 'bad', colour: 'red' },
      { text: 'warn', colour: 'yellow' },
      { text: 'faint', faint: true },
      { text: 'strong', bold: true },
    ]);
  });

  it.each([`${E}[35mx`, `${E}[41mx`, `${E}[7mx`, `${E}[38;5;1mx`, `${E}[2Jx`, `${E}]0;x`])(
    'loses nothing: %j',
    (line) => {
      expect(() => spansOf(line)).toThrow(/colour/);
    },
  );
});
