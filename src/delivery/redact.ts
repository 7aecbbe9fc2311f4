import { createFinder, type Finder, type Span } from './find-spelled.ts';
import { hides } from './hides.ts';

/** How many readings may stand between two digits of a code. */
const BETWEEN = 24;
/** Characters of a text that are looked at; the rest is left out. */
const LOOKED_AT = 4000;
const SHOWN = 200;
/** A shorter secret would strike letters out of ordinary sentences. */
const SHORTEST_SECRET = 3;
const BLOB = /[A-Za-z0-9+/_-]{6,}={0,2}/g;
/** Characters for each hidden byte, at most: hex has two. */
const HEX = 2;
/** The longest way to write a character: two escapes of JavaScript, and a combining character after them. */
const LONGEST_WRITING = 24;
/** A code that is encoded several times takes at most so much. So much before a cut is looked at, but not shown. */
const LONGEST_CODE = 400;
const OF_A_BLOB = /[A-Za-z0-9+/_=-]/;

/**
 * A text from outside, so that it may be shown: the beginning of it in one line, without secrets, and without the code
 * however it is written. Where it is cut, no part of them is left either.
 */
export function redact(text: string, code: string, secrets: readonly string[]): string {
  const start = wellFormed(text.slice(0, LOOKED_AT));
  const seen = start.slice(0, LOOKED_AT);
  // A secret in plain text was normalised with the text; one that is encoded was not. Both forms are looked for.
  const words = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [...new Set([wellFormed(secret), secret.toWellFormed()])]);
  const cut = text.length > LOOKED_AT || start.length > LOOKED_AT;
  const sure = cut ? sureOf(seen, Math.max(code.length, ...words.map((word) => word.length))) : seen.length + 1;
  const codes = createFinder([code], BETWEEN);
  const wanted = createFinder(words);
  const secretSpans = [...wanted.spansIn(seen, sure), ...blobSpans(seen, [codes, wanted])];
  const harmless = (end: number) => replaced(seen, codes.spansIn(seen, sure), secretSpans, end);
  const hidden = hides(harmless(sure), code, words);
  if (hidden !== undefined) return `[${hidden}]`;
  const shown = harmless(cut ? Math.min(sure, seen.length - LONGEST_CODE) : sure)
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim();
  const characters = Array.from(shown);
  return characters.length > SHOWN || cut ? `${characters.slice(0, SHOWN).join('')}...` : shown;
}

function wellFormed(text: string): string {
  return text.toWellFormed().normalize('NFKC');
}

/** Where the last sure place of a cut text is. After it, only half of a character or of an encoded run may be left. */
function sureOf(text: string, longest: number): number {
  let from = text.length;
  const least = from - longest * HEX;
  // The number of a character may have any number of zeros before it.
  while (from > least ? OF_A_BLOB.test(text[from - 1] ?? '') : text[from - 1] === '0') from--;
  return Math.max(0, from - LONGEST_WRITING);
}

/** Runs of letters and digits that are Base64 or hex of what is looked for. */
function blobSpans(text: string, finders: readonly Finder[]): readonly Span[] {
  return [...text.matchAll(BLOB)]
    .filter(({ 0: blob }) => decodings(blob).some((decoded) => finders.some((finder) => finder.isIn(decoded))))
    .map(({ 0: blob, index }) => ({ from: index, to: index + blob.length }));
}

/** What a run of letters and digits is, read as Base64 from each of its beginnings, and as hex. */
function decodings(blob: string): readonly string[] {
  return [
    ...[0, 1, 2, 3].map((from) => Buffer.from(blob.slice(from), 'base64').toString('latin1')),
    ...[0, 1].map((from) => Buffer.from(blob.slice(from), 'hex').toString('latin1')),
  ];
}

/** The text up to `end`. Parts that touch are replaced together, by `[code]` if one of them is of the code. */
function replaced(text: string, codes: readonly Span[], secrets: readonly Span[], end: number): string {
  const all = [
    ...codes.map((span) => ({ ...span, word: '[code]' })),
    ...secrets.map((span) => ({ ...span, word: '[secret]' })),
  ].sort((a, b) => a.from - b.from);
  let [shown, done, word] = ['', 0, ''];
  for (const span of all) {
    if (span.from >= end) break;
    if (span.from > done || word === '') {
      shown += word + text.slice(done, span.from);
      word = span.word;
    } else if (span.word === '[code]') word = span.word;
    done = Math.max(done, span.to);
  }
  return shown + word + text.slice(done, end);
}
