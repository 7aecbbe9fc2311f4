/** Cryptographically secure bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** A uniform integer from 0 to `below - 1`, `below` at most 2^32: what would favour some values is drawn again. */
function randomInteger(below: number, randomBytes: RandomBytes): number {
  const fair = 2 ** 32 - (2 ** 32 % below);
  for (;;) {
    const drawn = Buffer.from(randomBytes(4)).readUInt32BE();
    if (drawn < fair) return drawn % below;
  }
}

/** Uniform decimal digits, leading zeros kept. */
export function randomDigits(count: number, randomBytes: RandomBytes): string {
  return Array.from({ length: count }, () => randomInteger(10, randomBytes)).join('');
}

/** `count` different integers from 1 to `upTo`, ascending, every set as likely as any other. */
export function randomPositions(count: number, upTo: number, randomBytes: RandomBytes): number[] {
  const positions = Array.from({ length: upTo }, (_, index) => index + 1);
  const chosen = Array.from({ length: count }, () => positions.splice(randomInteger(positions.length, randomBytes), 1));
  return chosen.flat().sort((a, b) => a - b);
}
