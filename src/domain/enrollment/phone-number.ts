import { invalid } from '../errors.ts';
import { hidden } from '../text/identifier.ts';
import { printable } from '../text/printable.ts';

/** Spaces and hyphens that programs put into numbers, and people paste: kept as those that are typed. */
const SPACES = /[\u00a0\u2007\u2009\u202f]/g;
const HYPHENS = /[\u2010-\u2013\u2212]/g;
/** What comes before the first digit. */
const BEGINNING = /^\(?\+? *\(?/;
const NEITHER = /[^0-9 ()./-]/u;
const INTERNATIONAL = /^\(?(?:\+|00)/;
/** How an extension is written, at the end. */
const EXTENSION = /(?:[;,]?(?:extension|ext|x)|[;,#])[ .:=]?[ .:=]?[0-9]{1,6}$/i;
/** A group in parentheses that begins with a zero. */
const ZERO = /\((0[0-9]*)\)/;
const SEPARATORS_BEFORE = /[ ./-]{1,9}$/;
const SEPARATORS_AFTER = /^[ ./-]{1,9}/;
const HINT = 'for example  --phone +34666555444,  with spaces, hyphens, dots, slashes and parentheses if they help';

/**
 * A phone number, trimmed, as it is kept: E.164, or digits with the usual separators; 5 to 15 digits. Of `tel:` and of a
 * trunk zero after a country code, `+44 (0)20`, nothing is kept, since it is not dialled. Errors: `invalid-value`, which
 * names the character that has no place in a number, by its code point where it cannot be seen.
 */
export function phoneNumber(text: string): string {
  const number = text.trim().replace(/^tel:/i, '').replace(SPACES, ' ').replace(HYPHENS, '-');
  const at = text.trimEnd().length - number.length;
  const wrong = wrongIn(number, at);
  if (wrong !== undefined) throw notOne(text, wrong);
  const kept = withoutTrunkZero(number);
  if (kept !== number && ZERO.test(kept)) throw notOne(text, 'it has two zeros in parentheses');
  const count = digitsOf(kept).length;
  if (count < 5 || count > 15) throw notOne(text, `it has ${count} digits, and may have 5 to 15`);
  return kept;
}

/** A phone number as it is dialled: its digits, and the plus before them if it has one. Takes whatever was kept once. */
export function dialledNumber(phone: string): string {
  const number = phone.trim();
  const digits = digitsOf(withoutTrunkZero(number));
  return /^\(?\+/.test(number) ? `+${digits}` : digits;
}

/** Without plus, and without the 00 that stands for it. */
export function internationalDigits(phone: string): string {
  return dialledNumber(phone).replace(/^(?:\+|00)/, '');
}

/** With 00 for the plus. */
export function withDoubleZero(phone: string): string {
  return dialledNumber(phone).replace(/^\+/, '00');
}

/** What is wrong with a number that stands at a place of a text, as the rest of a sentence. */
function wrongIn(number: string, at: number): string | undefined {
  if (number === '') return 'it is empty';
  const extension = EXTENSION.exec(number.slice(-24))?.[0];
  if (extension !== undefined && digitsOf(number.slice(0, -extension.length)).length >= 5) {
    const from = number.length - extension.length;
    return `"${printable(extension)}" from character ${at + from + 1} on is an extension, which no message and no call reaches`;
  }
  const start = BEGINNING.exec(number)?.[0].length ?? 0;
  const rest = number.slice(start);
  const wrong = /^[^0-9]/u.exec(rest) ?? NEITHER.exec(rest);
  if (wrong !== null)
    return `${named(wrong[0])} at character ${at + start + wrong.index + 1} is neither a digit nor a separator between digits`;
  return misplacedZero(number, at);
}

/** A zero in parentheses of which it is not clear whether it is dialled. */
function misplacedZero(number: string, at: number): string | undefined {
  const found = ZERO.exec(number);
  if (found === null) return undefined;
  const [group, zero = ''] = found;
  const before = digitsOf(number.slice(0, found.index));
  const place = `${group} at character ${at + found.index + 1}`;
  const national = !INTERNATIONAL.test(number);
  if (national) {
    if (before === '' || zero !== '0') return undefined;
    return `it is not clear whether the zero of ${place} is dialled: write a country code with a plus`;
  }
  const code = countryCodeIn(before.replace(/^00/, ''));
  if (code !== before.replace(/^00/, ''))
    return zero === '0'
      ? `${place} does not follow the country code, so it is not clear whether it is dialled`
      : undefined;
  if (zeroIsDialled(code))
    return zero === '0'
      ? `after +${code} a zero is dialled: write it without parentheses if it is part of the number, ${place}`
      : undefined;
  return zero === '0'
    ? undefined
    : `the zero of ${place} is not dialled after +${code}: write the number as it is dialled`;
}

/** A number without the one zero that is no part of it: in parentheses by itself, right after the country code. */
function withoutTrunkZero(number: string): string {
  const found = ZERO.exec(number);
  if (found === null || found[1] !== '0' || !INTERNATIONAL.test(number)) return number;
  const before = digitsOf(number.slice(0, found.index)).replace(/^00/, '');
  const code = countryCodeIn(before);
  if (code !== before || zeroIsDialled(code)) return number;
  const [head, tail] = [number.slice(0, found.index), number.slice(found.index + found[0].length)];
  return `${head.replace(SEPARATORS_BEFORE, '')} ${tail.replace(SEPARATORS_AFTER, '')}`;
}

function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '');
}

function named(character: string): string {
  const point = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (/^[\x21-\x7e]$/.test(character)) return `"${character}"`;
  return hidden().test(character) || /\s/.test(character)
    ? `${point}, which cannot be seen,`
    : `"${character}" (${point})`;
}

function notOne(text: string, wrong: string): Error {
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return invalid(`"${printable(shown)}" is not a phone number: ${wrong}`, HINT);
}

/** Country codes of two digits (ITU-T E.164, annex). Of one digit are 1 and 7; all others have three. */
const TWO_DIGITS = /^(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;
/** Where a number that begins with a zero keeps it after the country code: Italy and San Marino, Ivory Coast, Gabon, Congo. */
const ZERO_DIALLED = ['39', '378', '225', '241', '242'];

/** The country code that the digits of an international number begin with. */
function countryCodeIn(digits: string): string {
  return digits.slice(0, /^[17]/.test(digits) ? 1 : TWO_DIGITS.test(digits) ? 2 : 3);
}

/** Whether a zero after a country code can be part of a number. */
function zeroIsDialled(countryCode: string): boolean {
  return ZERO_DIALLED.includes(countryCode);
}
