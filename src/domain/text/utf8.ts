import { invalid, type OtpctlError } from '../errors.ts';
import { grouped } from './counted.ts';

/** Where bytes are no text. Lines and columns count from 1; a column is a character. */
interface NoText {
  readonly line: number;
  readonly column: number;
  /** What the bytes look like, as `iconv` names it; undefined when nobody can say. */
  readonly encoding?: keyof typeof NAMES;
  /** Whether there is UTF-8 before that is more than ASCII. */
  readonly mixed: boolean;
}

const NAMES = {
  'UTF-16LE': 'UTF-16',
  'UTF-16BE': 'UTF-16',
  'ISO-8859-1': 'Latin-1',
  'WINDOWS-1252': 'Windows-1252',
} as const;

const STRICT = new TextDecoder('utf-8', { fatal: true });

/** The text of bytes in UTF-8, without a byte order mark; undefined when they are none. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The same, and of `what` it is said where it is no text, and what it looks like. Errors: `invalid-value`. */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  const text = utf16Of(bytes) === undefined ? utf8(bytes) : undefined;
  if (text === undefined) throw notUtf8(bytes, what);
  return text;
}

function notUtf8(bytes: Uint8Array, what: string): OtpctlError {
  const { line, column, encoding, mixed } = findBad(bytes);
  const place = `line ${grouped(line)}, column ${grouped(column)}`;
  const looks = encoding === undefined ? '' : `; it looks like ${NAMES[encoding]}`;
  const hint = encoding === undefined || mixed ? 'write it as UTF-8' : `convert it with  iconv -f ${encoding} -t UTF-8`;
  return invalid(`${what} is not UTF-8: ${place}${looks}`, hint);
}

function findBad(bytes: Uint8Array): NoText {
  const wide = utf16Of(bytes);
  if (wide !== undefined) return { line: 1, column: 1, encoding: wide, mixed: false };
  const at = nextBad(bytes, 0);
  const start = at === 0 ? 0 : bytes.lastIndexOf(LINE_END, at - 1) + 1;
  let line = 1;
  for (let end = bytes.indexOf(LINE_END); end !== -1 && end < at; end = bytes.indexOf(LINE_END, end + 1)) line += 1;
  const place = { line, column: [...(utf8(bytes.subarray(start, at)) ?? '')].length + 1 };
  if (isSurrogate(bytes, at) || isCut(bytes, at)) return { ...place, mixed: false };
  const isPlain = (byte: number) => byte < 0x80;
  const mixed = !bytes.subarray(0, at).every(isPlain);
  for (let bad = at; bad < bytes.length; bad = nextBad(bytes, bad + 1)) {
    if (isWindows(bytes[bad] ?? 0)) return { ...place, encoding: 'WINDOWS-1252', mixed };
  }
  return { ...place, encoding: 'ISO-8859-1', mixed };
}

const LINE_END = 0x0a;

/** UTF-16 has a mark at its beginning, or the high halves of ASCII, which are zero. */
function utf16Of([first, second]: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | undefined {
  if ((first === 0xff && second === 0xfe) || (second === 0 && first !== undefined && first !== 0)) return 'UTF-16LE';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== undefined && second !== 0)) return 'UTF-16BE';
  return undefined;
}

/** Where the next byte stands that no UTF-8 has there (RFC 3629 section 4); the length when there is none. */
function nextBad(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const size = sizeOf(bytes[at]);
    if (size === 0) return at;
    if (size > 1 && !isWhole(bytes, at, size)) return at;
    at += size;
  }
  return at;
}

function isWhole(bytes: Uint8Array, at: number, size: number): boolean {
  const [first = 0, second = 0] = bytes.subarray(at, at + 2);
  if (at + size > bytes.length) return false;
  const [least, most] = SECOND[first] ?? [0x80, 0xbf];
  if (second < least || second > most) return false;
  for (let next = at + 2; next < at + size; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return false;
  return true;
}

/** What may follow a first byte, where that is less than any. */
const SECOND: Readonly<Record<number, readonly [number, number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};

/** Bytes of the character that begins with this one; 0 when none does. */
function sizeOf(first = 0): number {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** Whether the last character begins, and is not all there. */
function isCut(bytes: Uint8Array, at: number): boolean {
  const rest = bytes.subarray(at + 1);
  return rest.length > 0 && rest.length + 1 < sizeOf(bytes[at]) && rest.every((byte) => (byte & 0xc0) === 0x80);
}

/** Half a surrogate pair, written as if it were a character. */
function isSurrogate(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xed && (bytes[at + 1] ?? 0) >= 0xa0 && (bytes[at + 1] ?? 0) <= 0xbf;
}

/** Of Latin-1 these are controls, which nobody writes; of Windows-1252 they are letters and quotes. */
function isWindows(byte: number): boolean {
  return byte >= 0x80 && byte <= 0x9f;
}
