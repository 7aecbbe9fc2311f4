import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { type Pixels, readQr } from '../support/qr-pixels.ts';
import { needs } from '../support/tools.ts';

beforeEach((context) => needs(context, 'zbarimg', 'zbar-tools'));

const WHITE = 255;
const BLACK = 0;

it('scans from an SVG file that is shown on white', async () => {
  const { svg, uri } = await svgOf(['--user', 'ada']);

  expect(readQr(svgPixels(svg, WHITE))).toBe(uri);
});

it('scans from an SVG file that is shown on black', async () => {
  const { svg, uri } = await svgOf(['--user', 'ada']);

  expect(readQr(svgPixels(svg, BLACK))).toBe(uri);
});

it('is as large as its QR code and the quiet zone', async () => {
  const short = await svgOf(['--user', 'ada']);
  // 79 bytes are a QR code of version 5, which is 37 modules wide, with four more on each side.
  expect(Buffer.byteLength(short.uri)).toBe(79);
  expect(elements(short.svg)[0]).toMatchObject({ name: 'svg', attributes: { viewBox: '0 0 45 45' } });

  const long = await svgOf(['--user', 'a'.repeat(100)]);
  // 176 bytes are version 8: 49 modules.
  expect(Buffer.byteLength(long.uri)).toBe(176);
  expect(elements(long.svg)[0]).toMatchObject({ name: 'svg', attributes: { viewBox: '0 0 57 57' } });
  expect(readQr(svgPixels(long.svg, WHITE))).toBe(long.uri);
});

async function svgOf(options: readonly string[]): Promise<{ readonly svg: string; readonly uri: string }> {
  const home = temporaryHome();
  const file = join(home, 'qr.svg');
  const argv = ['device', 'create', 'totp', ...options, '--qr-file', file, '--show-secret', '-o', 'json'];
  const { stdout } = await program(argv, { home });
  return { svg: readFileSync(file, 'utf8'), uri: JSON.parse(stdout).otpauthUri };
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The elements of a document, in order; throws when it is not well-formed, or holds text. */
function elements(svg: string): readonly Element[] {
  const found: Element[] = [];
  const open: string[] = [];
  let end = 0;
  for (const tag of svg.trim().matchAll(/<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>\s*/gy)) {
    const [text, closes, name = '', attributes = '', empty] = tag;
    end = tag.index + text.length;
    if (closes) {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      if (found.length > 0 && open.length === 0) throw new Error(`<${name}> is a second root`);
      found.push({
        name,
        attributes: Object.fromEntries(
          [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
        ),
      });
      if (!empty) open.push(name);
    }
  }
  if (open.length > 0 || end !== svg.trim().length) throw new Error(`not well-formed from character ${end} on`);
  expect(found[0]?.attributes['xmlns']).toBe('http://www.w3.org/2000/svg');
  return found;
}

const SCALE = 8;

/** Draws rectangles and paths of straight lines over a viewer's background. */
function svgPixels(svg: string, background: number): Pixels {
  const [root, ...shapes] = elements(svg);
  const [left, top, side = 0, height] = root?.attributes['viewBox']?.split(' ').map(Number) ?? [];
  expect([left, top, height]).toEqual([0, 0, side]);
  const width = side * SCALE;
  const greys = new Uint8Array(width * width).fill(background);
  for (const { name, attributes } of shapes) {
    const outlines = name === 'path' ? pathOutlines(attributes['d'] ?? '') : [rectOutline(attributes, side)];
    const shade = greyOf(attributes['fill']);
    for (const outline of outlines) fill(greys, width, outline, shade);
  }
  return { width, height: width, greys };
}

type Point = readonly [x: number, y: number];

function greyOf(fill = 'black'): number {
  const shade = { black: 0, '#000': 0, '#000000': 0, white: 255, '#fff': 255, '#ffffff': 255 }[fill.toLowerCase()];
  if (shade === undefined) throw new Error(`neither black nor white: ${fill}`);
  return shade;
}

function rectOutline({ x = '0', y = '0', width = '', height = '' }: Element['attributes'], side: number): Point[] {
  const length = (text: string) => (text === '100%' ? side : Number(text));
  const [left, top] = [Number(x), Number(y)];
  const [right, bottom] = [left + length(width), top + length(height)];
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** The closed outlines of a path of M, L, H, V and Z, absolute and relative. */
function pathOutlines(path: string): Point[][] {
  const outlines: Point[][] = [];
  let outline: Point[] = [];
  let [x, y] = [0, 0];
  for (const [, letter = '', text = ''] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const numbers = (text.match(/-?[0-9.]+/g) ?? []).map(Number);
    const [dx, dy] = letter === letter.toLowerCase() ? [x, y] : [0, 0];
    const kind = letter.toUpperCase();
    const [first = Number.NaN, second = Number.NaN] = numbers;
    if (kind === 'Z') [x, y] = outline[0] ?? [x, y];
    else if (kind === 'H') x = dx + first;
    else if (kind === 'V') y = dy + first;
    else if (kind === 'M' || kind === 'L') [x, y] = [dx + first, dy + second];
    else throw new Error(`not a straight line: ${letter}`);
    if (kind === 'M') {
      outline = [];
      outlines.push(outline);
    }
    if (kind !== 'Z') outline.push([x, y]);
  }
  return outlines;
}

/** Fills the pixels, as far as they are in the picture, from whose centre a ray to the left crosses the outline oddly. */
function fill(greys: Uint8Array, width: number, outline: readonly Point[], shade: number): void {
  const range = (axis: 0 | 1) => {
    const ends = outline.map((point) => point[axis] * SCALE);
    const from = Math.max(0, Math.min(...ends));
    return Array.from({ length: Math.min(width, Math.max(...ends)) - from }, (_, at) => from + at);
  };
  const columns = range(0);
  for (const row of range(1)) {
    for (const column of columns) {
      const [x, y] = [(column + 0.5) / SCALE, (row + 0.5) / SCALE];
      const crossed = outline.filter(([ax, ay], at) => {
        const [bx, by] = outline[(at + 1) % outline.length] as Point;
        return ay > y !== by > y && ax + ((y - ay) / (by - ay)) * (bx - ax) < x;
      });
      if (crossed.length % 2 === 1) greys[row * width + column] = shade;
    }
  }
}
