import { invalid } from './errors.ts';
import { shellWord } from './text/command-line.ts';
import { freeTextProblem, hasControlCharacters, printable } from './text/printable.ts';

/** A user that has attributes. Users are implicit otherwise: a device may name anyone. */
export interface User {
  /** As it was first written; compared by its fold. */
  readonly name: string;
  /** `fullName`, `mail`, `phone` and any other name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A change of a user: attributes to set, or to take away where they are null. */
export interface UserPatch {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | null>>;
}

/** A change of a user as it is kept: every name and value as it will be, also the names of what is taken away. */
export function userPatch({ name, attributes }: UserPatch): UserPatch {
  const kept = Object.entries(attributes).map(([key, value]) =>
    value === null ? ([attributeName(key), null] as const) : userAttribute(key, value),
  );
  return { name: userName(name), attributes: Object.fromEntries(kept) };
}

const MAX_LENGTH = 256;
/** What is longer is not normalised: a character becomes up to 18, and of several hardly ever one. */
const MAX_RAW_LENGTH = 4 * MAX_LENGTH;
/** Nearly all names: nothing to be done but their case. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * A user name as it is kept: NFKC, trimmed, its case as first written.
 * Refuses an empty one, one with control characters, and one of more than 256 characters.
 */
export function userName(text: string): string {
  const tooLong = () => invalid(`the user name is longer than ${MAX_LENGTH} characters`);
  const given = text.trim();
  if (given.length > MAX_RAW_LENGTH) throw tooLong();
  const name = given.normalize('NFKC').trim();
  if (fold(name) === '') throw invalid('the user name is empty', 'give the name of a user');
  if (hasControlCharacters(name)) throw invalid('the user name contains control characters');
  if (name.includes('\ufffd')) throw invalid('the user name is not valid UTF-8');
  if (name.length > MAX_LENGTH) throw tooLong();
  return name;
}

/** Whether a text can be the name of a user. */
export function isUserName(text: string): boolean {
  try {
    return userName(text) !== '';
  } catch {
    return false;
  }
}

const STANDARD_ATTRIBUTES = ['fullName', 'mail', 'phone'];
const RESERVED = ['PIN', 'PHONE', 'EMAIL', 'userName', '__proto__'];

/** The most characters of a name in an error. */
const SHOWN = 64;

/**
 * The name of an attribute as it is kept: in the spelling of the standard ones. Refuses the names of the tags that every
 * template has, and what is not letters, digits, `.`, `-` and `_`, or has more than 64 of them.
 */
export function attributeName(name: string): string {
  const key = STANDARD_ATTRIBUTES.find((known) => known.toLowerCase() === name.toLowerCase()) ?? name.normalize('NFC');
  if (!/^[\p{L}_][\p{L}\p{M}\p{N}_.-]{0,63}$/u.test(key)) {
    const shown = printable(name.length > SHOWN ? `${name.slice(0, SHOWN)}...` : name);
    throw invalid(`"${shown}" is no name of an attribute`, 'letters, digits, . - and _; it begins with a letter');
  }
  if (RESERVED.includes(key)) throw invalid(`the attribute "${key}" is what templates call something else`);
  return key;
}

/** An attribute of a user as it is kept, its value trimmed. Refuses values with control characters, and long ones. */
export function userAttribute(name: string, value: string): [name: string, value: string] {
  const key = attributeName(name);
  const text = value.normalize('NFC').trim();
  if (text === '') throw invalid(`the attribute ${key} is empty`, `take it away with  --attr ${shellWord(`${key}=`)}`);
  const problem = freeTextProblem(text);
  if (problem !== undefined) throw invalid(`the attribute ${key} ${problem}`);
  return [key, text];
}

/**
 * What names are compared by: two texts are one name when their folds are equal. NFKC, lower case, without what cannot
 * be seen (soft hyphens, joiners), so that no two names look alike and differ. Idempotent.
 */
export function fold(text: string): string {
  return foldText(text).trim();
}

/** The same for a piece of a text, in which spaces at the ends count. */
export function foldText(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  const visible = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return visible.toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

/** So many words may be looked for at once. */
export const MAX_SEARCH_WORDS = 50;

/** The words of a text, to be looked for in names: folded, each once. */
export function searchWords(text: string): string[] {
  return [...new Set(text.split(/\s+/).map(foldText))].filter((word) => word !== '');
}
