import { parseMoment } from '../instant.ts';
import { compareFolded } from './compare-values.ts';
import { type AttributePath, type Filter, type Operator, pathText, visit } from './filter.ts';
import { FilterError } from './filter-error.ts';
import { nearest } from './nearest.ts';
import type { AttributeRules, Schema } from './schema.ts';

const ORDERED: readonly Operator[] = ['gt', 'ge', 'lt', 'le'];
const TEXTUAL: readonly Operator[] = ['co', 'sw', 'ew'];

/** What an attribute is compared with: text, a number, a moment in seconds, or nothing. */
export type BoundValue = string | number | null;

/** A filter whose every attribute is known, under its full name, and whose every value has the attribute's type. */
export type BoundFilter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly BoundFilter[] }
  | { readonly kind: 'not'; readonly filter: BoundFilter }
  | { readonly kind: 'present'; readonly rules: AttributeRules }
  | {
      readonly kind: 'compare';
      readonly rules: AttributeRules;
      readonly operator: Operator;
      readonly value: BoundValue;
    };

/**
 * Holds a filter against a schema. Errors: `FilterError` for an unknown or secret attribute, an operator that its type
 * does not have, and a value of another type. `text` is the filter as it was written.
 */
export function bindFilter(filter: Filter, schema: Schema, text: string): BoundFilter {
  return bind(filter, { schema, text, prefix: '', refuseUnknown: false });
}

/**
 * The same for who wrote the filter by hand: a word that no value of its attribute can be is a `FilterError` too, since
 * `ne` would turn a slip into everything. RFC 7644 has a server answer such a filter by what it says.
 */
export function bindTypedFilter(filter: Filter, schema: Schema, text: string): BoundFilter {
  return bind(filter, { schema, text, prefix: '', refuseUnknown: true });
}

interface Scope {
  readonly schema: Schema;
  readonly text: string;
  /** Inside a value path: the attribute and a dot. */
  readonly prefix: string;
  readonly refuseUnknown: boolean;
}

function bind(filter: Filter, scope: Scope): BoundFilter {
  return visit<BoundFilter>(filter, {
    and: ({ filters }) => ({ kind: 'and', filters: filters.map((each) => bind(each, scope)) }),
    or: ({ filters }) => ({ kind: 'or', filters: filters.map((each) => bind(each, scope)) }),
    not: ({ filter: inner }) => ({ kind: 'not', filter: bind(inner, scope) }),
    present: ({ path, position }) => presence(path, position, scope),
    compare: (node) => {
      const rules = rulesOf(node.path, node.position, scope);
      return { kind: 'compare', rules, operator: node.operator, value: literalOf(node, rules, scope) };
    },
    valuePath: ({ path, filter: inner, position }) =>
      bind(inner, { ...scope, prefix: prefixOf(path, position, scope) }),
  });
}

/** A complex attribute is there when one of its sub-attributes is (RFC 7644 section 3.4.2.2). */
function presence(path: AttributePath, position: number, scope: Scope): BoundFilter {
  const { urn: _, ...local } = path;
  const prefix = `${scope.prefix}${pathText(local)}.`.toLowerCase();
  const parts = scope.schema.attributes.filter(({ name }) => name.toLowerCase().startsWith(prefix));
  if (parts.length === 0 || !isOfSchema(path, scope)) {
    return { kind: 'present', rules: rulesOf(path, position, scope) };
  }
  return { kind: 'or', filters: parts.map((rules) => ({ kind: 'present', rules })) };
}

function isOfSchema({ urn }: AttributePath, { schema }: Pick<Scope, 'schema'>): boolean {
  return urn === undefined || urn.toLowerCase() === schema.urn.toLowerCase();
}

function rulesOf(path: AttributePath, position: number, { schema, text, prefix }: Scope): AttributeRules {
  const { urn, ...local } = path;
  if (!isOfSchema(path, { schema })) {
    throw new FilterError(`unknown schema ${urn}`, text, position, `the schema is ${schema.urn}`);
  }
  const name = prefix + pathText(local);
  const multiValue = schema.multiValued.find((each) => `${each}.value` === name.toLowerCase());
  const wanted = (multiValue ?? name).toLowerCase();
  const found = schema.attributes.find((each) => each.name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  if (schema.secret.some((each) => each.toLowerCase() === wanted)) {
    throw new FilterError(`${name} cannot be asked about`, text, position);
  }
  const names = schema.attributes.map((each) => each.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `the attributes are ${names.join(', ')}` : `did you mean ${near}`;
  throw new FilterError(`unknown attribute ${name}`, text, position, hint);
}

function prefixOf(path: AttributePath, position: number, scope: Scope): string {
  const { urn: _, ...local } = path;
  const name = pathText(local).toLowerCase();
  const found = [...scope.schema.complex, ...scope.schema.multiValued].find((each) => each.toLowerCase() === name);
  if (found !== undefined && isOfSchema(path, scope)) return `${found}.`;
  // One that there is not is unknown, whatever is asked about it.
  rulesOf(path, position, scope);
  throw new FilterError(`${pathText(path)} has no sub-attributes`, scope.text, position);
}

function literalOf(
  node: Extract<Filter, { kind: 'compare' }>,
  rules: AttributeRules,
  { text, refuseUnknown }: Scope,
): BoundValue {
  const { operator, value, operatorPosition, valuePosition } = node;
  const { name, type } = rules;
  const refuse = (sentence: string, position: number, hint?: string): never => {
    throw new FilterError(sentence, text, position, hint);
  };
  if (type !== 'string' && TEXTUAL.includes(operator)) {
    refuse(`${operator} is for texts, and ${name} is none`, operatorPosition);
  }
  if (value === null) {
    if (operator !== 'eq' && operator !== 'ne') refuse(`${operator} cannot compare with null`, operatorPosition);
    return null;
  }
  if (typeof value === 'boolean' && ORDERED.includes(operator)) {
    refuse(`${operator} cannot compare with ${value}`, operatorPosition);
  }
  if (type === 'integer') {
    return typeof value === 'number' ? value : refuse(`${name} is compared with a number`, valuePosition);
  }
  if (typeof value !== 'string') return refuse(`${name} is compared with a text`, valuePosition, `write  "${value}"`);
  if (type === 'dateTime') {
    const hint = 'write "YYYY-MM-DD" (midnight UTC) or an RFC 3339 time';
    return parseMoment(value) ?? refuse(`"${value}" is not a date`, valuePosition, hint);
  }
  const read = rules.read?.(value) ?? value;
  if (refuseUnknown && rules.values?.some((each) => couldBe(each, operator, read)) === false) {
    const words = rules.words ?? rules.values;
    const near = nearest(value, words);
    const hint = near === undefined ? `write one of ${words.join(', ')}` : `did you mean "${near}"`;
    refuse(`no ${name} is "${value}"`, valuePosition, hint);
  }
  return read;
}

/** Whether a value can be what a literal asks for: a part of it where the operator is about parts, else all of it. */
function couldBe(value: string, operator: Operator, wanted: string): boolean {
  return compareFolded(TEXTUAL.includes(operator) ? operator : 'eq', value, wanted);
}
