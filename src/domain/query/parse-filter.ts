import { grouped } from '../text/counted.ts';
import { type AttributePath, type Filter, type Literal, OPERATORS, type Operator } from './filter.ts';
import { FilterError } from './filter-error.ts';
import { nearest } from './nearest.ts';
import { type Token, tokensOf } from './tokens.ts';

const MAX_LENGTH = 10_000;
const MAX_DEPTH = 50;

const LITERALS: Readonly<Record<string, Literal>> = { true: true, false: false, null: null };
const PATH = /^(?:(.+):)?([A-Za-z$][A-Za-z0-9_$-]*)(?:\.([A-Za-z$][A-Za-z0-9_$-]*))?$/;
const SUB = /^\.([A-Za-z$][A-Za-z0-9_$-]*)$/;

/**
 * Reads a filter: the grammar of RFC 7644 section 3.4.2.2, `not` before `and` before `or`; operators and keywords
 * without case. Accepted beyond it: a sub-attribute after a value path, `emails[type eq "work"].value pr`.
 * Errors: `FilterError`, with the place. At most 10,000 characters and 50 levels.
 */
export function parseFilter(text: string): Filter {
  if (text.trim() === '') throw new FilterError('the filter is empty', text, 0, 'for everything write  id pr');
  if (text.length > MAX_LENGTH) {
    const length = grouped(text.length);
    throw new FilterError(`the filter has ${length} characters, and may have 10,000`, text, MAX_LENGTH);
  }
  const parser = createParser(text, tokensOf(text));
  const filter = parser.or(0);
  parser.expectEnd();
  return filter;
}

function createParser(text: string, tokens: readonly Token[]) {
  let at = 0;
  /** Inside a value path there are sub-attributes, and no further value path. */
  let inside = false;
  const peek = (): Token => tokens[at] as Token;
  const next = (): Token => tokens[at++] as Token;
  const isWord = (word: string): boolean => {
    const token = peek();
    return token.kind === 'word' && token.text.toLowerCase() === word;
  };
  const fail = (sentence: string, token: Token, hint?: string): never => {
    throw new FilterError(sentence, text, token.position, hint);
  };
  const found = (token: Token): string => (token.kind === 'end' ? 'the end of the filter' : token.text);
  const expected = (what: string, token: Token, hint?: string): never =>
    fail(`expected ${what}, found ${found(token)}`, token, hint);

  const join = (kind: 'and' | 'or', operand: (depth: number) => Filter, depth: number): Filter => {
    const filters = [operand(depth)];
    while (isWord(kind)) {
      next();
      filters.push(operand(depth));
    }
    return filters.length === 1
      ? (filters[0] as Filter)
      : { kind, filters: filters.flatMap((each) => flatten(kind, each)) };
  };
  const or = (depth: number): Filter => join('or', and, depth);
  const and = (depth: number): Filter => join('and', term, depth);

  const term = (depth: number): Filter => {
    const token = peek();
    if (depth > MAX_DEPTH) fail(`the filter is nested deeper than ${MAX_DEPTH} levels`, token);
    if (isWord('not') && tokens[at + 1]?.kind === '(') {
      next();
      return { kind: 'not', filter: group(depth) };
    }
    if (token.kind === '(') return group(depth);
    if (token.kind !== 'word') return expected('an attribute', token);
    return attributeTerm(depth);
  };

  const group = (depth: number): Filter => {
    next();
    const filter = or(depth + 1);
    const end = next();
    if (end.kind !== ')') return expected('"and", "or" or ")"', end);
    return filter;
  };

  const attributeTerm = (depth: number): Filter => {
    const token = next();
    if (token.text.toLowerCase() === 'not') return fail('"not" wants parentheses', token, 'write  not (...)');
    const path = pathOf(token);
    return peek().kind === '[' ? valuePath(path, token, depth) : comparison(path, token.position);
  };

  const valuePath = (path: AttributePath, token: Token, depth: number): Filter => {
    if (inside) return fail('a value path cannot stand inside another', peek());
    next();
    inside = true;
    const filter = or(depth + 1);
    inside = false;
    const end = next();
    if (end.kind !== ']') return expected('"and", "or" or "]"', end);
    const { position } = token;
    const after = peek();
    if (after.kind !== 'word' || !after.text.startsWith('.')) return { kind: 'valuePath', path, filter, position };
    next();
    const attribute = SUB.exec(after.text)?.[1];
    if (attribute === undefined) return expected('one sub-attribute', after);
    const last = comparison({ attribute }, after.position);
    return { kind: 'valuePath', path, filter: { kind: 'and', filters: [...flatten('and', filter), last] }, position };
  };

  const comparison = (path: AttributePath, position: number): Filter => {
    const token = next();
    const word = token.kind === 'word' ? token.text.toLowerCase() : '';
    if (word === 'pr') return { kind: 'present', path, position };
    const operator = OPERATORS.find((each) => each === word);
    if (operator === undefined) return expected('an operator', token, operatorHint(token));
    const valuePosition = peek().position;
    const value = literal(operator);
    return { kind: 'compare', path, operator, value, position, operatorPosition: token.position, valuePosition };
  };

  const literal = (operator: Operator): Literal => {
    const token = next();
    if (token.kind === 'literal') return token.value;
    if (token.kind === 'word' && Object.hasOwn(LITERALS, token.text)) return LITERALS[token.text] as Literal;
    const hint = token.kind === 'word' ? `write  "${token.text}"` : undefined;
    return expected(`a value for ${operator}`, token, hint);
  };

  const pathOf = (token: Token): AttributePath => {
    const [, urn, attribute, sub] = PATH.exec(token.text) ?? [];
    if (attribute === undefined) return fail(`${token.text} is not the name of an attribute`, token);
    return { ...(urn !== undefined && { urn }), attribute, ...(sub !== undefined && { sub }) };
  };

  const expectEnd = (): void => {
    const token = peek();
    if (token.kind !== 'end') expected('"and", "or" or the end of the filter', token);
  };

  return { or, expectEnd };
}

/** `a and (b and c)` means what `a and b and c` does, and is the same tree. */
function flatten(kind: 'and' | 'or', filter: Filter): readonly Filter[] {
  return filter.kind === kind ? filter.filters : [filter];
}

function operatorHint(token: Token): string {
  const near = token.kind === 'word' ? nearest(token.text, [...OPERATORS, 'pr']) : undefined;
  return near === undefined ? `the operators are ${OPERATORS.join(', ')} and pr` : `did you mean ${near}`;
}
