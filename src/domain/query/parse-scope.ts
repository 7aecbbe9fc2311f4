import { comparisonsInScope, type Scope } from '../scope.ts';
import { FilterError } from './filter-error.ts';
import { parseFilter } from './parse-filter.ts';
import { bindUserFilter } from './user-filter.ts';

/** The scopes that texts were read as: every request of a key asks for the same few. */
const read = new Map<string, Scope>();
const MOST_READ = 200;
/** Each of them may be put to every user at every request. */
const MOST_COMPARISONS = 20;

/** Reads a filter over users. Errors: `FilterError`, with the place. */
export function parseScope(text: string): Scope {
  const before = read.get(text);
  if (before !== undefined) return before;
  if (text.trim() === '') {
    throw new FilterError('the scope is empty', text, 0, 'say which users:  groups eq "Sales"');
  }
  const scope = { text, filter: bindUserFilter(parseFilter(text), text) };
  const comparisons = comparisonsInScope(scope);
  if (comparisons > MOST_COMPARISONS) {
    const sentence = `the scope has ${comparisons} comparisons, and may have ${MOST_COMPARISONS}`;
    throw new FilterError(sentence, text, 0, 'put those users into a group');
  }
  if (read.size >= MOST_READ) read.clear();
  read.set(text, scope);
  return scope;
}
