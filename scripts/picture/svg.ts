import { COLOURS, type Span, spansOf } from './sgr.ts';

/** Pixels. Widths are those of a column in most fonts; text is stretched to them where a font differs. */
const FONT = 14;
const COLUMN = 8.4;
const LINE = 20;
const MARGIN = 20;
/** From the top of a line to its base line. */
const BASE = 15;

const FONTS = "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/** Colours that can be read on the ground they are for: 4.5 to 1 and more. */
const LIGHT = { ground: '#f6f8fa', frame: '#d1d9e0', text: '#1f2328', faint: '#59636e' };
const LIGHT_PAINT = { red: '#cf222e', green: '#116329', yellow: '#7d4e00' };
const DARK = { ground: '#0d1117', frame: '#3d444d', text: '#e6edf3', faint: '#9198a1' };
const DARK_PAINT = { red: '#ff7b72', green: '#3fb950', yellow: '#d29922' };

export interface Picture {
  /** What a terminal shows, with its colours as SGR sequences. */
  readonly screen: string;
  readonly columns: number;
  /** For those who cannot see it. */
  readonly title: string;
  readonly description: string;
}

/** A picture of a terminal: text that can be selected, in the reader's light or dark colours, and nothing to load. */
export function svgOf({ screen, columns, title, description }: Picture): string {
  const lines = spansOf(screen);
  const width = Math.ceil(2 * MARGIN + columns * COLUMN);
  const height = 2 * MARGIN + lines.length * LINE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    '<style>',
    `text{font:${FONT}px ${FONTS}}`,
    '.bold{font-weight:600}',
    ...rules(LIGHT, LIGHT_PAINT),
    '@media(prefers-color-scheme:dark){',
    ...rules(DARK, DARK_PAINT),
    '}',
    '</style>',
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...lines.flatMap((spans, at) => spans.map((span) => textOf(span, MARGIN + at * LINE + BASE))),
    '</svg>\n',
  ].join('\n');
}

function rules(look: typeof LIGHT, paint: typeof LIGHT_PAINT): string[] {
  return [
    `.ground{fill:${look.ground};stroke:${look.frame}}`,
    `text{fill:${look.text}}`,
    `.faint{fill:${look.faint}}`,
    ...COLOURS.map((colour) => `.${colour}{fill:${paint[colour]}}`),
  ];
}

function textOf({ text, column, width, colour, bold, faint }: Span, y: number): string {
  const names = [bold && 'bold', faint && 'faint', colour].filter((name) => name !== undefined);
  const look = names.length > 0 ? ` class="${names.join(' ')}"` : '';
  const x = pixels(MARGIN + column * COLUMN);
  return `<text${look} x="${x}" y="${y}" textLength="${pixels(width * COLUMN)}">${escaped(text)}</text>`;
}

const pixels = (length: number): string => String(Math.round(length * 10) / 10);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (each) => ENTITIES[each] ?? each);
