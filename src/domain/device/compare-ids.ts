const DIGITS = /^(?:0|[1-9][0-9]*)$/;

/** The order of ids: those of digits as the numbers that they are, and before all others. */
export function compareIds(a: string, b: string): number {
  const numbers = [DIGITS.test(a), DIGITS.test(b)];
  if (numbers[0] && numbers[1] && a.length !== b.length) return a.length - b.length;
  if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
