const NOT_ASKED = '▫';

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
