/** Modules of quiet zone on each side (ISO/IEC 18004 section 6.3.8). */
const QUIET = 4;

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
