import { comparable, type Reading, readingsOf } from './readings.ts';

/** Part of a text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Finder {
  isIn(text: string): boolean;
  /** All that belongs to an occurrence. Of a text that is cut off after `sure`, also what may have begun before. */
  spansIn(text: string, sure?: number): readonly Span[];
}

/**
 * Finds words in all writings of their characters, with up to `gap` readings between two of these. All words at once, in
 * time that grows with the text and with the words, whatever is in either: the bits of a state stand for the characters
 * of the words that were read, and for the readings since (Shift-And, Baeza-Yates and Gonnet 1992).
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
  /** At each place: what may have been read of the words. */
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
      /** At each place: from what an end can be reached. */
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
 * A word of n characters has n + 1 blocks of `gap` + 1 bits: bit k of block i is that i characters were read, and k
 * readings since.
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

/** Each bit with the next `gap` ones. */
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
