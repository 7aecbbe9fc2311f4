import { invalid } from './errors.ts';
import { hasControlCharacters } from './printable.ts';

const MAX_LENGTH = 256;

/**
 * A user name as it is kept: NFKC, trimmed, its case as first written.
 * Refuses an empty one, one with control characters, and one of more than 256 characters.
 */
export function userName(text: string): string {
  const name = text.normalize('NFKC').trim();
  if (name === '') throw invalid('the user name is empty', 'name the user with  --user NAME');
  if (hasControlCharacters(name)) throw invalid('the user name contains control characters');
  if (name.length > MAX_LENGTH) throw invalid(`the user name is longer than ${MAX_LENGTH} characters`);
  return name;
}

/** What names are compared by: two texts are one name when their folds are equal. Idempotent. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
}
