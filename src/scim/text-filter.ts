import { foldText, MAX_SEARCH_WORDS } from '../domain/user.ts';
import { badRequest } from './scim-error.ts';

const MAX_LENGTH = 10_000;

/** Characters between separators; a full stop is no separator behind a digit. */
const WORD = /(?:\d\.?|[^\s,/\-.\d])+/g;

/**
 * The words of a `textFilter`, each once. They are separated by spaces, commas, slashes, hyphens, and full stops that
 * follow no digit; a text in double quotes is one word. Errors: `invalidFilter` for more than 50 words or 10,000 characters.
 */
export function textFilterWords(text: string): readonly string[] {
  if (text.length > MAX_LENGTH) throw badRequest('invalidFilter', 'textFilter has more than 10,000 characters');
  const parts = text.split('"');
  // Every second part was in quotes, except a last one whose quote was never closed.
  const words = parts
    .flatMap((part, at) => (at % 2 === 1 && at < parts.length - 1 ? [part] : (part.match(WORD) ?? [])))
    .filter((word) => word.trim() !== '');
  const once = [...new Map(words.map((word) => [foldText(word), word])).values()];
  if (once.length > MAX_SEARCH_WORDS)
    throw badRequest('invalidFilter', `textFilter has more than ${MAX_SEARCH_WORDS} words`);
  return once;
}
