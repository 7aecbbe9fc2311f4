import { MAX_SEARCH_WORDS } from '../domain/device/selection.ts';
import { foldText } from '../domain/user.ts';
import { badRequest } from './scim-error.ts';

const MAX_LENGTH = 10_000;

/** No mark that parts words, and full stops behind digits. */
const WORD = /(?:\d\.?|[^\s,/\-.\d])+/g;

/**
 * The words of a `textFilter`: apart by spaces, commas, slashes, hyphens, and full stops that follow no digit; what is
 * in double quotes is one. Each is there once. Errors: `invalidFilter` for more than 50 words or 10,000 characters.
 */
export function textFilterWords(text: string): readonly string[] {
  if (text.length > MAX_LENGTH) throw badRequest('invalidFilter', 'textFilter has more than 10,000 characters');
  const parts = text.split('"');
  // Every other one is quoted, but what follows a quote that has no end.
  const words = parts
    .flatMap((part, at) => (at % 2 === 1 && at < parts.length - 1 ? [part] : (part.match(WORD) ?? [])))
    .filter((word) => word.trim() !== '');
  const once = [...new Map(words.map((word) => [foldText(word), word])).values()];
  if (once.length > MAX_SEARCH_WORDS)
    throw badRequest('invalidFilter', `textFilter has more than ${MAX_SEARCH_WORDS} words`);
  return once;
}
