import { textWidth } from '../../src/output/text/text-width.ts';

/** How text looks in a terminal. */
interface Style {
  readonly colour?: Colour;
  readonly bold?: true;
  readonly faint?: true;
}

/** The colours that the program prints in. */
export const COLOURS = ['red', 'green', 'yellow'] as const;
type Colour = (typeof COLOURS)[number];

/** Text of one style and without gaps, and the column that it begins in. */
export interface Span extends Style {
  readonly text: string;
  readonly column: number;
  readonly width: number;
}

/** What a terminal shows, as the spans of each line. Throws for a sequence that would be lost. */
export function spansOf(screen: string): readonly (readonly Span[])[] {
  let style: Style = {};
  return screen.split('\n').map((line) => {
    const spans: Span[] = [];
    let column = 0;
    for (const [piece, parameters, text = ''] of line.matchAll(PIECES)) {
      if (parameters !== undefined) style = parameters.split(';').reduce(styled, style);
      else if (piece.startsWith(ESCAPE)) throw new Error(`not a colour: ${JSON.stringify(line)}`);
      for (const word of text.split(/( {2,}|^ | $)/)) {
        const width = textWidth(word);
        if (word.trim() !== '') spans.push({ ...style, text: word, column, width });
        column += width;
      }
    }
    return spans;
  });
}

const ESCAPE = '\u001b';
const PIECES = new RegExp(`${ESCAPE}\\[([\\d;]*)m|${ESCAPE}|([^${ESCAPE}]+)`, 'g');

/** ECMA-48, 8.3.117: what an SGR parameter changes. */
function styled(style: Style, parameter: string): Style {
  const { colour, ...weight } = style;
  const { bold: _bold, faint: _faint, ...paint } = style;
  switch (Number(parameter)) {
    case 0:
      return {};
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, faint: true };
    case 22:
      return paint;
    case 31:
      return { ...style, colour: 'red' };
    case 32:
      return { ...style, colour: 'green' };
    case 33:
      return { ...style, colour: 'yellow' };
    case 39:
      return weight;
    case 49:
      return style;
    default:
      throw new Error(`no colour for SGR ${parameter}`);
  }
}
