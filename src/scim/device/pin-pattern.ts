/** The sign for a digit that is not asked for: a small white square. */
const NOT_ASKED = '\u25ab';

/**
 * Which characters of a PIN are asked for, as a card shows it: `digits ▫2▫▫5▫▫8`. One character a position: its number
 * where it is asked for, `:` where that has two digits, and `▫` where it is not.
 */
export function challengeCell(length: number, positions: readonly number[]): string {
  const signs = Array.from({ length }, (_, at) =>
    positions.includes(at + 1) ? (at < 9 ? String(at + 1) : ':') : NOT_ASKED,
  );
  return `digits ${signs.join('')}`;
}

/**
 * Which digits a pattern asks for, counted from 1: those whose sign is not the square. What the sign is does not
 * matter. Undefined for a plain `PIN`, which asks for all of them. Words before the pattern are in any language.
 */
export function pinPositions(cell: string): readonly number[] | undefined {
  const pattern = cell.trim().split(/\s+/).at(-1) ?? '';
  if (!pattern.includes(NOT_ASKED)) return undefined;
  return [...pattern].flatMap((sign, at) => (sign === NOT_ASKED ? [] : [at + 1]));
}
