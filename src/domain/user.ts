import { invalid } from './errors.ts';
import { hasControlCharacters } from './printable.ts';

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

const MAX_LENGTH = 256;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * A user name as it is kept: NFKC, trimmed, its case as first written.
 * Refuses an empty one, one with control characters, and one of more than 256 characters.
 */
export function userName(text: string): string {
  const name = text.normalize('NFKC').trim();
  if (fold(name) === '') throw invalid('the user name is empty', 'name the user with  --user NAME');
  if (hasControlCharacters(name)) throw invalid('the user name contains control characters');
  if (name.includes('\ufffd')) throw invalid('the user name is not valid UTF-8');
  if (name.length > MAX_LENGTH) throw invalid(`the user name is longer than ${MAX_LENGTH} characters`);
  return name;
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
  return text.normalize('NFKC').replace(INVISIBLE, '').toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}
