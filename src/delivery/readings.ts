/** A way to read what stands at a place of a text: a character as it is, or one that the web writes with several. */
export interface Reading {
  /** The place after its end. */
  readonly to: number;
  /** The character, folded for comparison; undefined for what stands for no character. */
  readonly character: string | undefined;
  /** Whether it may be between two digits of a code: true for all but a digit that is written as itself. */
  readonly between: boolean;
}

/** The number of a character has at most so many digits, zeros before it not counted. */
const NUMBER_DIGITS = 7;
const NAMED = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" } as const;
const LONGEST_NAME = 4;

/** All readings at each place. Linear: each looks only a little ahead, or no further than the next one of its kind. */
export function readingsOf(text: string): readonly (readonly Reading[])[] {
  return Array.from({ length: text.length }, (_, at) => [...readingsAt(text, at)]);
}

/** A character as it is compared, without case and compatibility forms; undefined if nothing is left of it. */
export function comparable(character: string): string | undefined {
  const folded = character.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase();
  return folded === '' ? undefined : folded;
}

function* readingsAt(text: string, at: number): Generator<Reading> {
  const point = text.codePointAt(at) as number;
  // The second half of a surrogate pair: it was read with the first.
  if (point >= 0xdc00 && point <= 0xdfff) return;
  const own = String.fromCodePoint(point);
  yield { to: at + own.length, character: comparable(own), between: !isDigit(point) };
  if (own === '+') yield encoded(at + 1, ' ');
  else if (own === '%') yield* percentAt(text, at);
  else if (own === '\\') yield* escapeAt(text, at);
  else if (own === '&') yield* entityAt(text, at);
}

function encoded(to: number, character: string): Reading {
  return { to, character: comparable(character), between: true };
}

/** RFC 3986 section 2.1: one byte, in Latin-1, or several that are one character of UTF-8. */
function* percentAt(text: string, at: number): Generator<Reading> {
  const first = percentByte(text, at);
  if (first === undefined) return;
  yield encoded(at + 3, String.fromCharCode(first));
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  if (length === 1) return;
  const bytes = Array.from({ length }, (_, index) => percentByte(text, at + 3 * index));
  if (bytes.includes(undefined)) return;
  const character = Buffer.from(bytes as number[]).toString();
  if (!character.includes('\ufffd')) yield encoded(at + 3 * length, character);
}

function percentByte(text: string, at: number): number | undefined {
  return text[at] === '%' ? hexAt(text, at + 1, 2) : undefined;
}

/** Escapes of JSON and JavaScript. */
function* escapeAt(text: string, at: number): Generator<Reading> {
  const next = text[at + 1] ?? '';
  if (next === 'x') {
    const byte = hexAt(text, at + 2, 2);
    if (byte !== undefined) yield encoded(at + 4, String.fromCharCode(byte));
  } else if (next === 'u') {
    const unit = hexAt(text, at + 2, 4);
    if (unit === undefined) return;
    yield encoded(at + 6, String.fromCharCode(unit));
    const low = text.startsWith('\\u', at + 6) ? hexAt(text, at + 8, 4) : undefined;
    const pair = low === undefined ? '' : String.fromCharCode(unit, low);
    if (pair.length === 2 && [...pair].length === 1) yield encoded(at + 12, pair);
  } else if (next !== '' && '"\'/\\'.includes(next)) yield encoded(at + 2, next);
}

/** Entities of HTML and XML. */
function* entityAt(text: string, at: number): Generator<Reading> {
  if (text[at + 1] !== '#') {
    const end = text.slice(at, at + LONGEST_NAME + 2).indexOf(';');
    const name = text.slice(at + 1, at + Math.max(end, 1)).toLowerCase();
    if (Object.hasOwn(NAMED, name)) yield encoded(at + end + 1, NAMED[name as keyof typeof NAMED]);
    return;
  }
  const radix = text[at + 2] === 'x' || text[at + 2] === 'X' ? 16 : 10;
  const start = at + (radix === 16 ? 3 : 2);
  let from = start;
  while (text[from] === '0') from++;
  let to = from;
  while (to - from <= NUMBER_DIGITS && Number.parseInt(text[to] ?? '', radix) >= 0) to++;
  if (to === start || text[to] !== ';') return;
  const point = to === from ? 0 : Number.parseInt(text.slice(from, to), radix);
  yield point > 0x10ffff
    ? { to: to + 1, character: undefined, between: true }
    : encoded(to + 1, String.fromCodePoint(point));
}

function hexAt(text: string, at: number, length: number): number | undefined {
  const digits = text.slice(at, at + length);
  return digits.length === length && /^[0-9a-f]+$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

function isDigit(point: number): boolean {
  return point >= 0x30 && point <= 0x39;
}
