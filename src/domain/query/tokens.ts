import type { Literal } from './filter.ts';
import { FilterError } from './filter-error.ts';

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly position: number }
  | { readonly kind: 'literal'; readonly value: Literal; readonly text: string; readonly position: number }
  | { readonly kind: '(' | ')' | '[' | ']'; readonly text: string; readonly position: number }
  | { readonly kind: 'end'; readonly text: string; readonly position: number };

const SPACE = /[ \t\r\n]*/y;
/** A name, with the colons and dots of a URN and of sub-attributes; `.value` after a value path too. */
const WORD = /[A-Za-z$.][A-Za-z0-9_$:.-]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** What a number cannot go on with. */
const OF_A_WORD = /[A-Za-z0-9_$.:-]/;
const STRING = /"(?:[^"\\\p{Cc}]|\\.)*"/uy;

/** Cuts a filter into tokens. Errors: `FilterError` at the first character that begins none. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at = skipSpace(text, at + token.text.length);
  }
  tokens.push({ kind: 'end', text: '', position: text.length });
  return tokens;
}

function tokenAt(text: string, position: number): Token {
  const character = String.fromCodePoint(text.codePointAt(position) ?? 0);
  if (character === '(' || character === ')' || character === '[' || character === ']') {
    return { kind: character, text: character, position };
  }
  const word = matchAt(WORD, text, position);
  if (word !== undefined) return { kind: 'word', text: word, position };
  const number = matchAt(NUMBER, text, position);
  if (number !== undefined && !OF_A_WORD.test(text[position + number.length] ?? '')) {
    const value = Number(number);
    if (!Number.isFinite(value)) throw new FilterError('this number is too large', text, position);
    return { kind: 'literal', value, text: number, position };
  }
  if (character === '"') return stringAt(text, position);
  if (character === "'") {
    throw new FilterError('a text stands in double quotes', text, position, 'write  "text"  for it');
  }
  throw new FilterError(`"${character}" cannot stand here`, text, position);
}

function stringAt(text: string, position: number): Token {
  const written = matchAt(STRING, text, position);
  if (written === undefined)
    throw new FilterError('the text that begins here does not end', text, position, 'close it with  "');
  try {
    return { kind: 'literal', value: JSON.parse(written) as string, text: written, position };
  } catch {
    throw new FilterError('this text is not one that JSON knows', text, position, 'write  \\\\  for a backslash');
  }
}

function skipSpace(text: string, position: number): number {
  return position + (matchAt(SPACE, text, position)?.length ?? 0);
}

function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}
