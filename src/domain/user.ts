import { invalid } from './errors.ts';
import type { Instant } from './instant.ts';
import { shellWord } from './text/command-line.ts';
import { freeTextProblem, hasControlCharacters, printable } from './text/printable.ts';

/** What is known of a user. Who has a device is known; others become so by `user set`. */
export interface User extends NewUser {
  /** Never changes, and is never given twice: a device belongs to it, and not to the name. */
  readonly id: string;
  /** When any device of theirs was first confirmed. It stays when all devices are gone. */
  readonly enrolledSince?: Instant;
  readonly created: Instant;
  readonly modified: Instant;
}

export interface NewUser {
  /** As it was first written; compared by its fold. */
  readonly name: string;
  /** Of who is not, no device accepts anything. */
  readonly active: boolean;
  /** `fullName`, `mail`, `phone` and any other name. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of groups, each once. */
  readonly groups: readonly string[];
}

/** Somebody of whom nothing is known but a name. */
export function newUser(name: string): NewUser {
  return { name, active: true, attributes: {}, groups: [] };
}

/** A change of a user. What is left out stays. */
export interface UserPatch {
  readonly name: string;
  /** Attributes to set, or to take away where they are null. Others stay. */
  readonly attributes?: Readonly<Record<string, string | null>>;
  readonly active?: boolean;
  /** All of them: a group that is not among them is taken away. */
  readonly groups?: readonly string[];
}

/** A change of a user as it is kept: every name and value as it will be, also the names of what is taken away. */
export function userPatch({ name, attributes = {}, active, groups }: UserPatch): UserPatch {
  const kept = Object.entries(attributes).map(([key, value]) =>
    value === null ? ([attributeName(key), null] as const) : userAttribute(key, value),
  );
  return {
    name: userName(name),
    attributes: Object.fromEntries(kept),
    ...(active !== undefined && { active }),
    ...(groups !== undefined && { groups: groupNames(groups) }),
  };
}

/** What is other of a user than it was, for the audit log: `city`, `now inactive`, `+"vpn"`, `-"sales"`. */
export function userChanges(before: NewUser, after: NewUser): readonly string[] {
  const names = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)]);
  const [were, are] = [before, after].map(({ groups }) => groups);
  return [
    ...[...names].filter((name) => before.attributes[name] !== after.attributes[name]),
    ...(before.active === after.active ? [] : [after.active ? 'now active' : 'now inactive']),
    ...(are ?? []).filter((group) => !were?.includes(group)).map((group) => `+${JSON.stringify(group)}`),
    ...(were ?? []).filter((group) => !are?.includes(group)).map((group) => `-${JSON.stringify(group)}`),
  ];
}

/** Groups of a user at most. */
const MAX_GROUPS = 1000;

/**
 * The names of groups as they are kept: trimmed, each once, whatever its case. Refuses empty ones, those with control
 * characters or a semicolon, which parts them in CSV, and long ones.
 */
export function groupNames(names: readonly string[]): readonly string[] {
  const kept = new Map<string, string>();
  for (const name of names.map(groupName)) if (!kept.has(fold(name))) kept.set(fold(name), name);
  if (kept.size > MAX_GROUPS) throw invalid(`a user has ${MAX_GROUPS} groups at most`);
  return [...kept.values()];
}

/** The name of a group as it is kept. */
export function groupName(text: string): string {
  const name = text.slice(0, MAX_RAW_LENGTH).normalize('NFC').trim();
  if (fold(name) === '') throw invalid('the name of a group is empty');
  if (hasControlCharacters(name)) throw invalid('the name of a group contains control characters');
  if (name.includes(';')) throw invalid('the name of a group contains a semicolon', 'a semicolon parts groups in CSV');
  if (name.length > MAX_LENGTH) throw invalid(`the name of a group is longer than ${MAX_LENGTH} characters`);
  return name;
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
