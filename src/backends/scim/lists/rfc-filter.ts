import type { Selection } from '../../../domain/device/selection.ts';
import type { BoundFilter, BoundValue } from '../../../domain/query/bind-filter.ts';
import type { AttributeRules } from '../../../domain/query/schema.ts';

/** A selection as a filter of RFC 7644 section 3.4.2.2; undefined where it is everything. */
export function rfcFilter({ user, name, types, statuses, filter, words }: Selection): string | undefined {
  const terms = [
    ...(user === undefined ? [] : [`user eq ${quoted(user)}`]),
    ...(name === undefined ? [] : [`name eq ${quoted(name)}`]),
    ...(types === undefined ? [] : [anyOf(types.map((type) => `type eq ${quoted(type)}`))]),
    ...(statuses === undefined ? [] : [anyOf(statuses.map((status) => statusIs('eq', status)))]),
    ...(filter === undefined ? [] : [filterText(filter)]),
    ...(words ?? []).map((word) => anyOf([`user co ${quoted(word)}`, `name co ${quoted(word)}`])),
  ];
  return terms.length === 0 ? undefined : terms.join(' and ');
}

function filterText(filter: BoundFilter): string {
  switch (filter.kind) {
    case 'not':
      return `not (${filterText(filter.filter)})`;
    case 'and':
    case 'or':
      return `(${filter.filters.map(filterText).join(` ${filter.kind} `)})`;
    case 'present':
      return `${filter.rules.name} pr`;
    case 'compare':
      return comparison(filter.operator, filter.rules, filter.value);
  }
}

function comparison(operator: string, rules: AttributeRules, value: BoundValue): string {
  if (rules.name === 'status' && typeof value === 'string') return statusIs(operator, value);
  return `${rules.name} ${operator} ${literal(rules, value)}`;
}

function literal({ type }: AttributeRules, value: BoundValue): string {
  if (type !== 'dateTime' || typeof value !== 'number') return JSON.stringify(value);
  return quoted(new Date(Math.round(value * 1000)).toISOString().replace('.000Z', 'Z'));
}

/** Enabled is `V`; some servers write `E`. */
function statusIs(operator: string, status: string): string {
  const plain = `status ${operator} ${quoted(status)}`;
  if (status !== 'V') return plain;
  if (operator === 'eq') return `(${plain} or status eq "E")`;
  return operator === 'ne' ? `(${plain} and status ne "E")` : plain;
}

function anyOf(terms: readonly string[]): string {
  return terms.length === 1 ? (terms[0] as string) : `(${terms.join(' or ')})`;
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
