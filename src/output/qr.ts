/** Modules of quiet zone on each side (ISO/IEC 18004 section 6.3.8). */
const QUIET = 4;
/** Pixels a module in a PNG. */
const SCALE = 8;

/** White on black in the fixed part of the 256-colour palette, so that the colours of the terminal do not matter. */
const START = '\u001b[38;5;231;48;5;16m';
const END = '\u001b[0m';
const LIGHT = '\u2588';

/** A QR code for a terminal: dark on light whatever the terminal's colours, two modules to a character cell. */
export interface TerminalQr {
  readonly lines: readonly string[];
  /** Character cells. */
  readonly columns: number;
  readonly rows: number;
}

/** Draws a text at the lowest error correction. The size depends on nothing but the length of the text. */
export async function terminalQr(text: string): Promise<TerminalQr> {
  const { default: library } = await import('qrcode-terminal');
  // The level is global to the library, and its own setter ignores some; 1 is L.
  Object.assign(library, { error: 1 });
  let drawn = '';
  library.generate(text, { small: true }, (output: string) => {
    drawn = output;
  });
  // The library's border is one module wide and half dark at the top: only the symbol is taken.
  const symbol = drawn
    .split('\n')
    .filter((line) => line.startsWith(LIGHT))
    .map((line) => line.slice(1, -1));
  const width = (symbol[0]?.length ?? 0) + 2 * QUIET;
  const side = LIGHT.repeat(QUIET);
  const light = Array.from({ length: QUIET / 2 }, () => LIGHT.repeat(width));
  const rows = [...light, ...symbol.map((line) => side + line + side), ...light];
  return { lines: rows.map((row) => START + row + END), columns: width, rows: rows.length };
}

/** A PNG: one grey byte a pixel. */
export async function pngQr(text: string): Promise<Uint8Array> {
  const [{ default: encodeQr }, { PNG }] = await Promise.all([import('qr'), import('pngjs')]);
  const modules = encodeQr(text, 'raw', { ecc: 'low', border: QUIET });
  const size = modules.length * SCALE;
  const png = new PNG({ width: size, height: size });
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const dark = modules[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)];
      png.data.fill(dark ? 0 : 255, (y * size + x) * 4, (y * size + x) * 4 + 3);
      png.data[(y * size + x) * 4 + 3] = 255;
    }
  }
  return PNG.sync.write(png, { colorType: 0 });
}

export async function svgQr(text: string): Promise<string> {
  const { default: encodeQr } = await import('qr');
  return encodeQr(text, 'svg', { ecc: 'low', border: QUIET });
}
