import { comparable, type Reading, readingsOf } from './readings.ts';

/** A part of a text: where it begins, and the place after its end. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Finder {
  isIn(text: string): boolean;
  /** The parts that belong to an occurrence. If the text was cut off after `sure`, also what may be the start of one. */
  spansIn(text: string, sure?: number): readonly Span[];
}

/**
 * Finds words however their characters are written (see `readings.ts`), with up to `gap` other readings between two
 * characters. The time is linear in text and words. A state is a number: each bit says that so many characters of a word
 * were read, and so many readings ago (the Shift-And algorithm, Baeza-Yates and Gonnet 1992).
 */
export function createFinder(words: readonly string[], gap = 0): Finder {
  const { expected, starts, ends, gaps, full } = layout(words, gap);
  const wanted = ({ character }: Reading) => (character === undefined ? 0n : (expected.get(character) ?? 0n));

  const step = (before: bigint, reading: Reading): bigint => {
    const read = (spread(before & wanted(reading), gap, (bits, by) => bits << by) & full) << 1n;
    return reading.between ? read | ((before & gaps) << 1n) : read;
  };
  const stepBack = (after: bigint, reading: Reading): bigint => {
    const read = spread((after >> 1n) & full, gap, (bits, by) => bits >> by) & wanted(reading);
    return reading.between ? read | ((after >> 1n) & gaps) : read;
  };
  /** The states at each place of the text, from its beginning. */
  const forward = (readings: readonly (readonly Reading[])[]): readonly bigint[] => {
    const states = new Array<bigint>(readings.length + 1).fill(starts);
    readings.forEach((here, at) => {
      for (const each of here) states[each.to] = state(states, each.to) | step(state(states, at), each);
    });
    return states;
  };

  return {
    isIn: (text) => forward(readingsOf(text)).some((each) => (each & ends) !== 0n),
    spansIn(text, sure = Number.POSITIVE_INFINITY) {
      const readings = readingsOf(text);
      const before = forward(readings);
      /** The states at each place from which the end of a word is reached. */
      const after = new Array<bigint>(readings.length + 1).fill(ends);
      after.fill(-1n, sure);
      const spans: Span[] = [];
      for (let at = readings.length - 1; at >= 0; at--) {
        for (const each of readings[at] ?? []) {
          const from = stepBack(state(after, each.to), each);
          after[at] = state(after, at) | from;
          if ((from & state(before, at)) !== 0n) spans.push({ from: at, to: each.to });
        }
      }
      return spans;
    },
  };
}

/**
 * Where the bits are: a word of n characters has n + 1 blocks of `gap` + 1 bits. Bit k of block i means that i characters
 * were read, and k other readings after the last of them.
 */
function layout(words: readonly string[], gap: number) {
  const expected = new Map<string, bigint>();
  let [starts, ends, gaps, full] = [0n, 0n, 0n, 0n];
  let at = 0n;
  const [width, block] = [BigInt(gap + 1), (1n << BigInt(gap + 1)) - 1n];
  for (const word of words) {
    [...word].forEach((character, index) => {
      const symbol = comparable(character) as string;
      expected.set(symbol, (expected.get(symbol) ?? 0n) | (block << at));
      if (index === 0) starts |= 1n << at;
      else gaps |= (block >> 1n) << at;
      full |= 1n << (at + width - 1n);
      at += width;
    });
    ends |= 1n << at;
    at += width;
  }
  return { expected, starts, ends, gaps, full };
}

/** Sets the next `gap` bits after each bit that is set. */
function spread(bits: bigint, gap: number, shift: (bits: bigint, by: bigint) => bigint): bigint {
  let all = bits;
  for (let width = 1; width <= gap; ) {
    const by = Math.min(width, gap + 1 - width);
    all |= shift(all, BigInt(by));
    width += by;
  }
  return all;
}

function state(states: readonly bigint[], at: number): bigint {
  return states[at] as bigint;
}
