/** Nearly all text. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * C0 and C1 controls, and what reorders or hides text: bidirectional marks, line and paragraph separators, tags. Made
 * when it is asked for: V8 takes long to read a class of Unicode.
 */
const unprintable = () => /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}\p{Cs}]/gu;

export function hasControlCharacters(text: string): boolean {
  return !PLAIN.test(text) && unprintable().test(text);
}

const MAX_FREE_TEXT = 1000;

/** What is wrong with a text that a person may write freely, as it follows the name of the text; undefined for nothing. */
export function freeTextProblem(text: string): string | undefined {
  if (hasControlCharacters(text)) return 'contains control characters';
  return text.length > MAX_FREE_TEXT ? 'is longer than 1,000 characters' : undefined;
}

/** Text that is safe on a terminal: what could move the cursor, recolour or reorder is written as `\u{1b}`. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(unprintable(), (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

/** The same for text of several lines, which stay lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
