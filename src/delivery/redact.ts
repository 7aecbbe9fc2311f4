import { createFinder, type Finder, type Span } from './find-spelled.ts';
import { hides } from './hides.ts';

/** How much may stand between two digits of a code. */
const BETWEEN = 24;
/** Of a longer text the rest is not looked at. */
const LOOKED_AT = 4000;
const SHOWN = 200;
/** What is shorter would strike letters out of any sentence. */
const SHORTEST_SECRET = 3;
const BLOB = /[A-Za-z0-9+/_-]{6,}={0,2}/g;
/** Characters of a run for a byte that it hides, at most. */
const HEX = 2;
/** Two escapes of JavaScript, which are one character; and what composes it with another. */
const LONGEST_WRITING = 24;
/** What a code may take that is encoded several times: so much before a cut is looked at, and not shown. */
const LONGEST_CODE = 400;
const OF_A_BLOB = /[A-Za-z0-9+/_=-]/;

/**
 * Text from the world outside, as it may be shown: one line, its first part, without the code in whatever writing, and
 * without secrets. Where it is cut, no half of either is left.
 */
export function redact(text: string, code: string, secrets: readonly string[]): string {
  const start = wellFormed(text.slice(0, LOOKED_AT));
  const seen = start.slice(0, LOOKED_AT);
  // What is encoded may be in another form than what stands as itself.
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

/** Up to where a text that was cut is what it was: before a writing of which there is half, or a run that hides half. */
function sureOf(text: string, longest: number): number {
  let from = text.length;
  const least = from - longest * HEX;
  // Before the number of a character there may be any number of zeros.
  while (from > least ? OF_A_BLOB.test(text[from - 1] ?? '') : text[from - 1] === '0') from--;
  return Math.max(0, from - LONGEST_WRITING);
}

/** Runs of letters and digits that hide what is looked for. */
function blobSpans(text: string, finders: readonly Finder[]): readonly Span[] {
  return [...text.matchAll(BLOB)]
    .filter(({ 0: blob }) => decodings(blob).some((decoded) => finders.some((finder) => finder.isIn(decoded))))
    .map(({ 0: blob, index }) => ({ from: index, to: index + blob.length }));
}

/** What a run of letters and digits may hide. */
function decodings(blob: string): readonly string[] {
  return [
    ...[0, 1, 2, 3].map((from) => Buffer.from(blob.slice(from), 'base64').toString('latin1')),
    ...[0, 1].map((from) => Buffer.from(blob.slice(from), 'hex').toString('latin1')),
  ];
}

/** The text up to `end`. What belongs together is replaced by one word, which is of the code if any of it is. */
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
