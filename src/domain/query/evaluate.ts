import type { BoundFilter, BoundValue } from './bind-filter.ts';
import { compareFolded, compareNumbers, compareTexts } from './compare-values.ts';
import type { Operator } from './filter.ts';
import type { AttributeRules } from './schema.ts';

type Resource = Readonly<Record<string, unknown>>;

const DIGITS = /^(?:0|[1-9][0-9]*)$/;

/** Whether a resource fulfils a filter that its schema was held against. */
export function fulfils(filter: BoundFilter, resource: Resource): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((each) => fulfils(each, resource));
    case 'or':
      return filter.filters.some((each) => fulfils(each, resource));
    case 'not':
      return !fulfils(filter.filter, resource);
    case 'present':
      return valuesAt(resource, filter.rules).length > 0;
    case 'compare':
      return compare(filter.operator, valuesAt(resource, filter.rules), filter.value, filter.rules);
  }
}

/** The values of an attribute; none for what is absent, null, or an empty text. */
function valuesAt(resource: Resource, { name }: AttributeRules): unknown[] {
  const value = name.split('.').reduce<unknown>((at, key) => (at as Resource | undefined)?.[key], resource);
  return (Array.isArray(value) ? value : [value]).filter((each) => each !== undefined && each !== null && each !== '');
}

/** A missing value is unequal to every value and equal to null; of several values, one has to fit. */
function compare(operator: Operator, values: readonly unknown[], wanted: BoundValue, rules: AttributeRules): boolean {
  if (wanted === null) return (operator === 'eq') === (values.length === 0);
  if (operator === 'ne') return !values.some((value) => compareOne('eq', value, wanted, rules));
  return values.some((value) => compareOne(operator, value, wanted, rules));
}

function compareOne(operator: Operator, value: unknown, wanted: string | number, rules: AttributeRules): boolean {
  if (typeof wanted === 'number') return compareNumbers(operator, Number(value), wanted);
  const text = rules.read?.(String(value)) ?? String(value);
  const ordered = operator === 'gt' || operator === 'ge' || operator === 'lt' || operator === 'le';
  if (rules.numeric && ordered && DIGITS.test(text) && DIGITS.test(wanted)) {
    return compareNumbers(operator, BigInt(text), BigInt(wanted));
  }
  const asKept = rules.caseExact || rules.values !== undefined;
  return asKept ? compareTexts(operator, text, wanted) : compareFolded(operator, text, wanted);
}
