/** The sign for a digit that is not asked for: a small white square. */
const NOT_ASKED = '\u25ab';

/**
 * Which digits a pattern asks for, counted from 1: those whose sign is not the square. What the sign is does not
 * matter. Undefined for a plain `PIN`, which asks for all of them. Words before the pattern are in any language.
 */
export function pinPositions(cell: string): readonly number[] | undefined {
  const pattern = cell.trim().split(/\s+/).at(-1) ?? '';
  if (!pattern.includes(NOT_ASKED)) return undefined;
  return [...pattern].flatMap((sign, at) => (sign === NOT_ASKED ? [] : [at + 1]));
}
