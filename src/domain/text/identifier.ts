/**
 * What can stand in an identifier: the IdentifierClass of PRECIS (RFC 8264 section 8) by the Unicode of this runtime, for
 * a text that is its own NFKC, so that nothing in it has a compatible form. Narrower in what cannot be seen: no joiners,
 * and no letters and marks that are drawn as nothing. Classes are made when they are asked for: V8 takes long to read
 * them.
 */

/** RFC 8264 section 9.1 and 9.11 with the exceptions of 9.6. */
const letter = () =>
  /[\x21-\x7e\p{Lu}\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}\u06fd\u06fe\u0f0b\u3007\u00b7\u0375\u05f3\u05f4\u30fb]/u;
/** What is of these and yet not allowed: section 9.9 and 9.13, and what is drawn as nothing or as a space. */
const except = () =>
  /[\p{Default_Ignorable_Code_Point}\u0640\u07fa\u1100-\u11ff\u302e\u302f\u3031-\u3035\u303b\ua960-\ua97f\ud7b0-\ud7ff\u2d7f\u{1107f}\u{13440}-\u{13442}\u{16fe4}]/u;

/** What is wrong with one word of an identifier, as the rest of a sentence; undefined where nothing is. */
export function wrongInIdentifier(word: string): string | undefined {
  const [allowed, excepted] = [letter(), except()];
  const other = Array.from(word).find((each) => !allowed.test(each) || excepted.test(each));
  if (other !== undefined) return `contains ${codePoint(other)}, which is no letter, digit or sign of ASCII`;
  if (/^\p{M}/u.test(word)) return 'begins with a mark that belongs on a letter';
  const misplaced = outOfContext(word);
  if (misplaced !== undefined) return `contains ${codePoint(misplaced)} where it does not belong`;
  if (!isReadOneWay(word)) return 'mixes directions of writing';
  return undefined;
}

function codePoint(letter: string): string {
  return `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The contextual rules of RFC 5892, appendix A.3 to A.9. */
function outOfContext(word: string): string | undefined {
  const [, misplaced] =
    /(?<!l)(·)|(·)(?!l)|(͵)(?!\p{Script=Greek})|(?<!\p{Script=Hebrew})([׳״])/iu
      .exec(word)
      ?.filter((part) => part !== undefined) ?? [];
  if (misplaced !== undefined) return misplaced;
  if (word.includes('\u30fb') && !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(word)) return '\u30fb';
  return /[\u0660-\u0669]/.test(word) ? /[\u06f0-\u06f9]/.exec(word)?.[0] : undefined;
}

/** Blocks whose letters and marks are of class R or AL, those that are not yet assigned included. */
const rightToLeft = () => /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ARABIC_NUMBER = /[\u0660-\u0669\u{10d30}-\u{10d39}]/u;
const EUROPEAN_NUMBER = /[0-9\u06f0-\u06f9]/u;

/** The Bidi rule of RFC 5893 section 2, which holds where any letter is written from right to left. */
function isReadOneWay(word: string): boolean {
  const rtl = rightToLeft();
  if (!rtl.test(word)) return true;
  const letters = Array.from(word).filter((each) => !/\p{Mn}/u.test(each));
  const isNumber = (each: string) => ARABIC_NUMBER.test(each) || EUROPEAN_NUMBER.test(each);
  const isRight = (each: string) => rtl.test(each) && !isNumber(each);
  const [first = '', last = ''] = [letters[0], letters.at(-1)];
  return (
    isRight(first) &&
    (isRight(last) || isNumber(last)) &&
    letters.every((each) => isRight(each) || isNumber(each) || !/[\p{L}\p{N}\p{M}]/u.test(each)) &&
    !(ARABIC_NUMBER.test(word) && EUROPEAN_NUMBER.test(word))
  );
}

/** What is drawn as nothing or as empty space, besides the space of ASCII. */
const unseen = () =>
  /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u2d7f\u{1107f}\u{13440}-\u{13442}\u{16fe4}]/gu;

export function hasUnseen(text: string): boolean {
  return unseen().test(text);
}

/** A text as it looks: without what is drawn as nothing, one space for any, one box for what no font has. */
export function asSeen(text: string): string {
  const seen = text.normalize('NFKC').replace(unseen(), '');
  return seen
    .replace(/\p{Z}+/gu, ' ')
    .replace(/[\p{Co}\p{Cn}\p{Cs}]/gu, '\ufffd')
    .normalize('NFKC')
    .trim();
}

/** All of that, other spaces and what no font has: what a reader cannot tell from another, or from nothing. */
export const hidden = () =>
  /[\p{C}\p{Default_Ignorable_Code_Point}\u2800\u2d7f\u{1107f}\u{13440}-\u{13442}\u{16fe4}]|(?! )\p{Z}/gu;

/** A text in which what is hidden is written as `\u{2800}`, for people to tell texts apart that look alike. */
export function withHidden(text: string): string {
  return text.replace(hidden(), (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`);
}
