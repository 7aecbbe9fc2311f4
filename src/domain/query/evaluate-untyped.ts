import { compareFolded, compareNumbers } from './compare-values.ts';
import { type AttributePath, type Filter, type Literal, type Operator, visit } from './filter.ts';

type Resource = Readonly<Record<string, unknown>>;

/**
 * Whether a resource of which no schema is known fulfils a filter: attribute names and texts without case, each value
 * compared with literals of its own type only. Of several values, one has to fit.
 */
export function fulfilsUntyped(filter: Filter, resource: Resource): boolean {
  return visit(filter, {
    and: ({ filters }) => filters.every((each) => fulfilsUntyped(each, resource)),
    or: ({ filters }) => filters.some((each) => fulfilsUntyped(each, resource)),
    not: ({ filter: inner }) => !fulfilsUntyped(inner, resource),
    present: ({ path }) => valuesAt(resource, path).length > 0,
    compare: ({ path, operator, value }) => compare(operator, valuesAt(resource, path), value),
    valuePath: ({ path, filter: inner }) =>
      valuesAt(resource, path).some((each) => fulfilsUntyped(inner, asResource(each))),
  });
}

/** A plain value is the `value` of itself. */
function asResource(value: unknown): Resource {
  return typeof value === 'object' ? (value as Resource) : { value };
}

function valuesAt(resource: Resource, { urn, attribute, sub }: AttributePath): unknown[] {
  const extension = urn === undefined ? undefined : member(resource, urn);
  const base = typeof extension === 'object' && extension !== null ? (extension as Resource) : resource;
  const values = listOf(member(base, attribute));
  return sub === undefined ? values : values.flatMap((each) => listOf(member(asResource(each), sub)));
}

function member(resource: Resource, name: string): unknown {
  const key = Object.keys(resource).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : resource[key];
}

function listOf(value: unknown): unknown[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => each !== undefined && each !== null && each !== '');
}

function compare(operator: Operator, values: readonly unknown[], wanted: Literal): boolean {
  if (wanted === null) return operator === 'eq' ? values.length === 0 : operator === 'ne' && values.length > 0;
  if (operator === 'ne') return !values.some((value) => compareOne('eq', value, wanted));
  return values.some((value) => compareOne(operator, value, wanted));
}

function compareOne(operator: Operator, value: unknown, wanted: string | number | boolean): boolean {
  // A complex value is compared by its `value` (RFC 7644 section 3.4.2.2).
  const plain = typeof value === 'object' && value !== null ? member(value as Resource, 'value') : value;
  if (typeof plain !== typeof wanted) return false;
  if (typeof plain === 'string') return compareFolded(operator, plain, String(wanted));
  if (typeof plain === 'number') return compareNumbers(operator, plain, Number(wanted));
  return operator === 'eq' && plain === wanted;
}
