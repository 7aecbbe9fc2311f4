/** The sign for a digit that is not asked for: a small white square. */
const NOT_ASKED = '\u25ab';

/**
 * Which digits of a PIN are asked for, as Soffid writes it: `digits ▫2▫▫5▫▫8`. There is one sign for each digit: its number
 * if it is asked for, or `:` if that number has two digits, and `▫` if it is not.
 */
export function challengeCell(length: number, positions: readonly number[]): string {
  const signs = Array.from({ length }, (_, at) =>
    positions.includes(at + 1) ? (at < 9 ? String(at + 1) : ':') : NOT_ASKED,
  );
  return `digits ${signs.join('')}`;
}

/**
 * Reads such a text: which digits it asks for, counted from 1. Any sign but the square asks for its digit. Undefined for a
 * text without squares, such as `PIN`, which asks for all digits. The words before the pattern may be of any language.
 */
export function pinPositions(cell: string): readonly number[] | undefined {
  const pattern = cell.trim().split(/\s+/).at(-1) ?? '';
  if (!pattern.includes(NOT_ASKED)) return undefined;
  return [...pattern].flatMap((sign, at) => (sign === NOT_ASKED ? [] : [at + 1]));
}
