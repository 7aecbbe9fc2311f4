/** A secret of fewer characters would be found by chance in whatever is decoded. */
const SHORTEST_SECRET = 6;
/** How many layers of encoding are taken off at most. */
const ROUNDS = 3;
const BLOBS = 2;
const BLOB = /[A-Za-z0-9+/_-]{6,}/g;

/**
 * Whether a code or a secret is hidden in a text: encoded several times, or written in another way than the web does
 * (digits of other scripts, the numbers of its characters, Base64 over several lines). It is not told where.
 */
export function hides(text: string, code: string, secrets: readonly string[]): 'code' | 'secret' | undefined {
  const words = secrets.filter(({ length }) => length >= SHORTEST_SECRET).map(folded);
  let found: 'code' | 'secret' | undefined;
  for (const view of viewsOf(text, BLOBS)) {
    if (digitsIn(view).some((digits) => digits.includes(code))) return 'code';
    const plain = folded(view);
    if (words.some((word) => plain.includes(word))) found = 'secret';
  }
  return found;
}

/** The text, the text with one layer of encoding less, and so on; and for each, what its runs of letters decode to. */
function* viewsOf(text: string, blobs: number): Generator<string> {
  let view = text;
  for (let round = 0; round <= ROUNDS; round++) {
    yield view;
    if (blobs > 0) for (const inner of blobsOf(view, blobs === BLOBS ? 4 : 1)) yield* viewsOf(inner, blobs - 1);
    const next = decoded(view);
    if (next === view) return;
    view = next;
  }
}

const ENCODED =
  /((?:[%=][0-9a-f]{2})+)|&#x([0-9a-f]+);?|&#([0-9]+);?|&(?:amp|num);?|\\u\{?([0-9a-f]{4,6})\}?|\\x([0-9a-f]{2})|\\u\{([0-9a-f]+)\}|\\([0-7]{1,3})/gi;

/** The text with one layer less of the encodings of the web, of mail and of programming languages. */
function decoded(text: string): string {
  return text.replace(ENCODED, (found, bytes, hex, decimal, unit, byte, point, octal) => {
    if (bytes !== undefined) return Buffer.from(bytes.replace(/[%=]/g, ''), 'hex').toString();
    if (/^&(?:amp|num)/i.test(found)) return /^&a/i.test(found) ? '&' : '#';
    if (octal !== undefined) return character(Number.parseInt(octal, 8));
    return character(decimal === undefined ? Number.parseInt(hex ?? unit ?? byte ?? point, 16) : Number(decimal));
  });
}

function character(point: number): string {
  return point <= 0x10ffff ? String.fromCodePoint(point) : '';
}

/** What runs of letters and digits are as Base64 or hex, also where they are broken into pieces. */
function blobsOf(text: string, starts: number): readonly string[] {
  const pairs = text.replace(/0x|\\x/gi, '').replace(/[^0-9a-f]/gi, '');
  const whole = text.replace(/\\[rnt]|[\s\\"',]+/g, '').match(BLOB) ?? [];
  const base64 = (from: number) => whole.map((blob) => Buffer.from(blob.slice(from), 'base64').toString('latin1'));
  return [
    ...Array.from({ length: starts }, (_, from) => base64(from).join(' ')),
    ...[0, 1].map((from) => Buffer.from(pairs.slice(from), 'hex').toString('latin1')),
    ...[0, 1].map((from) => whole.map((blob) => Buffer.from(blob.slice(from), 'hex').toString('latin1')).join(' ')),
  ];
}

/** All digits of a text in a row; every second one of them; characters given by their numbers; each also backwards. */
function digitsIn(text: string): readonly string[] {
  const all = Array.from(text.normalize('NFKC').matchAll(/\p{Nd}/gu), ([digit]) => countOf(digit)).join('');
  const tokens = text.match(/[0-9a-f]+/gi) ?? [];
  const numbers = [2, 8, 10, 16].map((base) => tokens.map((token) => digitOf(Number.parseInt(token, base))).join(''));
  const some = [all, every(all, 0), every(all, 1), ...numbers];
  return [...some, ...some.map((digits) => Array.from(digits).reverse().join(''))];
}

/** The digit whose number in Unicode this is; empty for any other character. */
function digitOf(point: number): string {
  return point >= 0x30 && point <= 0x39 ? String.fromCodePoint(point) : '';
}

function every(digits: string, from: number): string {
  return Array.from(digits)
    .filter((_, at) => at % 2 === from)
    .join('');
}

/** The value of a digit of any script. Unicode has the ten digits of a script in a row, from zero. */
function countOf(digit: string): number {
  const point = digit.codePointAt(0) as number;
  let before = 0;
  while (/^\p{Nd}/u.test(String.fromCodePoint(point - before - 1))) before++;
  return before % 10;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
