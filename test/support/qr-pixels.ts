import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A picture in greys: 0 is black, 255 is white. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly greys: Uint8Array;
}

type Colour = readonly [red: number, green: number, blue: number];

/** The colours of a terminal, which its user chooses: those of plain text, and the first sixteen of the palette. */
export interface Theme {
  readonly foreground: Colour;
  readonly background: Colour;
  readonly palette: readonly Colour[];
}

const colours = (text: string): Colour[] =>
  text.split(' ').map((hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour);

/** Solarized, in which no colour is black or white: its "white" is beige, its "bright black" nearly the background. */
const SOLARIZED = colours(
  '073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5 002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3',
);
export const LIGHT_TERMINAL: Theme = { foreground: [101, 123, 131], background: [253, 246, 227], palette: SOLARIZED };

/** The colours of xterm, white on black. */
const XTERM = colours(
  '000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff',
);
export const DARK_TERMINAL: Theme = { foreground: [229, 229, 229], background: [0, 0, 0], palette: XTERM };

/** Pixels of a character cell in a common font: nearly, and not quite, twice as high as it is wide. */
const CELL = { width: 8, height: 17 };

/** Draws what a terminal of this theme shows for a text with SGR sequences. */
export function terminalPixels(text: string, theme: Theme): Pixels {
  const rows = cellsOf(text);
  const width = Math.max(...rows.map((cells) => cells.length)) * CELL.width;
  const height = rows.length * CELL.height;
  const greys = new Uint8Array(width * height).fill(grey(theme.background));
  rows.forEach((cells, row) => {
    cells.forEach((cell, column) => {
      const [ink, paper] = shades(cell, theme);
      for (let y = 0; y < CELL.height; y++) {
        const from = (row * CELL.height + y) * width + column * CELL.width;
        for (let x = 0; x < CELL.width; x++) greys[from + x] = inked(cell.glyph, x, y) ? ink : paper;
      }
    });
  });
  return { width, height, greys };
}

/** What zbarimg reads in a picture; throws when it finds no QR code. */
export function readQr({ width, height, greys }: Pixels): string {
  const folder = mkdtempSync(join(tmpdir(), 'otpctl-qr-'));
  try {
    const file = join(folder, 'qr.pgm');
    writeFileSync(file, Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), greys]));
    return readQrFile(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What zbarimg reads in an image file. Other symbologies are off: they see bar codes in the text around it. */
export function readQrFile(path: string): string {
  const options = ['--quiet', '--raw', '--set', 'disable', '--set', 'qrcode.enable'];
  const { status, stdout, stderr } = spawnSync('zbarimg', [...options, path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`zbarimg read no QR code (exit ${status}) ${stderr}`);
  return stdout.replace(/\n$/, '');
}

interface Style {
  readonly ink?: number | Colour;
  readonly paper?: number | Colour;
  readonly reverse?: boolean;
}

interface Cell extends Style {
  readonly glyph: string;
}

/** The cells of each line. A style holds until it is changed, also across line ends. */
function cellsOf(text: string): Cell[][] {
  let style: Style = {};
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const cells: Cell[] = [];
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is parsed
      for (const [token, parameters] of line.matchAll(/\u001b\[([0-9;]*)m|\u001b\[[0-9;?]*[A-Za-z]|[^\u001b]/gu)) {
        if (parameters !== undefined) style = styled(style, parameters);
        else if (token.startsWith('\u001b')) throw new Error(`not a colour: ${JSON.stringify(token)}`);
        else if (token !== '\r') cells.push({ ...style, glyph: token });
      }
      return cells;
    });
}

function styled(before: Style, parameters: string): Style {
  const numbers = parameters.split(';').map(Number);
  let style = before;
  while (numbers.length > 0) {
    const number = numbers.shift() ?? 0;
    if (number === 0) style = {};
    else if (number === 7 || number === 27) style = { ...style, reverse: number === 7 };
    else if (number === 38) style = { ...style, ink: extended(numbers) };
    else if (number === 48) style = { ...style, paper: extended(numbers) };
    else if (number === 39) style = without(style, 'ink');
    else if (number === 49) style = without(style, 'paper');
    else if (number >= 30 && number <= 37) style = { ...style, ink: number - 30 };
    else if (number >= 40 && number <= 47) style = { ...style, paper: number - 40 };
    else if (number >= 90 && number <= 97) style = { ...style, ink: number - 90 + 8 };
    else if (number >= 100 && number <= 107) style = { ...style, paper: number - 100 + 8 };
    // The rest (bold, underlined) colours no block.
  }
  return style;
}

function without({ ink, paper, reverse = false }: Style, gone: 'ink' | 'paper'): Style {
  if (gone === 'ink') return { reverse, ...(paper !== undefined && { paper }) };
  return { reverse, ...(ink !== undefined && { ink }) };
}

/** The colour after 38 or 48: `5;N` of the palette, or `2;R;G;B`. */
function extended(numbers: number[]): number | Colour {
  const [kind, ...rest] = numbers.splice(0, numbers[0] === 2 ? 4 : 2);
  if (kind === 2) return rest as unknown as Colour;
  return rest[0] ?? 0;
}

function shades({ ink, paper, reverse }: Style, theme: Theme): readonly [ink: number, paper: number] {
  const front = grey(colourOf(ink ?? theme.foreground, theme));
  const back = grey(colourOf(paper ?? theme.background, theme));
  return reverse ? [back, front] : [front, back];
}

/** The 256 colours: sixteen of the theme, a cube of 6 x 6 x 6, and 24 greys. */
function colourOf(colour: number | Colour, { palette }: Theme): Colour {
  if (typeof colour !== 'number') return colour;
  if (colour < 16) return palette[colour] as Colour;
  if (colour > 231) return [0, 0, 0].map(() => 8 + 10 * (colour - 232)) as unknown as Colour;
  const level = (sixths: number) => (sixths === 0 ? 0 : 55 + 40 * sixths);
  const at = colour - 16;
  return [level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)];
}

function grey([red, green, blue]: Colour): number {
  return Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue);
}

/** Whether a glyph covers a pixel of its cell. What is neither a block nor a space is a stroke: text beside the code. */
function inked(glyph: string, x: number, y: number): boolean {
  const upper = y < Math.floor(CELL.height / 2);
  if (glyph === ' ') return false;
  if (glyph === '\u2588') return true;
  if (glyph === '\u2580') return upper;
  if (glyph === '\u2584') return !upper;
  return x > 2 && x < 6 && y > 4 && y < 13;
}
