import { type AttributePath, type Filter, type Operator, pathText, visit } from './filter.ts';
import { FilterError } from './filter-error.ts';

/** The values of a user that a filter asks about: their name, their groups, or an attribute, by its name in lower case. */
export type UserValues = 'userName' | 'groups' | { readonly attribute: string };

/** A filter over users that was held against what users have. Of several values, one has to fit. */
export type UserFilter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly UserFilter[] }
  | { readonly kind: 'not'; readonly filter: UserFilter }
  | { readonly kind: 'active' }
  | { readonly kind: 'present'; readonly values: UserValues }
  | {
      readonly kind: 'compare';
      readonly values: UserValues;
      /** Texts are compared by their folds, so without case. */
      readonly operator: Exclude<Operator, 'ne'>;
      readonly value: string;
    };

type Comparison = Extract<Filter, { kind: 'compare' }>;

/** What users have that is no attribute of theirs, and that no filter asks about. */
const NOT_ASKED = ['id', 'enrolledsince', 'created', 'modified', 'attributes'];
const WHAT_THERE_IS = 'ask about userName, active, groups, or an attribute of users by its name';

/**
 * Holds a filter against what users have: `userName` or `user`, `active`, `groups`, and any attribute by its name, all
 * without case. Errors: `FilterError`. `text` is the filter as it was written.
 */
export function bindUserFilter(filter: Filter, text: string): UserFilter {
  return visit<UserFilter>(filter, {
    and: ({ filters }) => ({ kind: 'and', filters: filters.map((each) => bindUserFilter(each, text)) }),
    or: ({ filters }) => ({ kind: 'or', filters: filters.map((each) => bindUserFilter(each, text)) }),
    not: ({ filter: inner }) => negated(bindUserFilter(inner, text)),
    present: ({ path, position }) => {
      const values = valuesOf(path, position, text);
      // Everybody is active or not.
      return values === 'active' ? { kind: 'present', values: 'userName' } : { kind: 'present', values };
    },
    compare: (node) => comparison(node, text),
    valuePath: ({ path, position }) => {
      throw new FilterError(`${pathText(path)} has no sub-attributes`, text, position, WHAT_THERE_IS);
    },
  });
}

function valuesOf({ urn, attribute, sub }: AttributePath, position: number, text: string): UserValues | 'active' {
  if (urn !== undefined) throw new FilterError(`unknown schema ${urn}`, text, position, WHAT_THERE_IS);
  const name = pathText({ attribute, ...(sub !== undefined && { sub }) }).toLowerCase();
  if (name === 'username' || name === 'user') return 'userName';
  if (name === 'groups' || name === 'groups.value') return 'groups';
  if (name === 'active') return 'active';
  if (!NOT_ASKED.includes(name)) return { attribute: name };
  throw new FilterError(`${attribute} of users cannot be asked about`, text, position, WHAT_THERE_IS);
}

function comparison(node: Comparison, text: string): UserFilter {
  const { path, operator, value, position, operatorPosition, valuePosition } = node;
  const values = valuesOf(path, position, text);
  const name = pathText(path);
  const refuse = (sentence: string, at: number, hint?: string): never => {
    throw new FilterError(sentence, text, at, hint);
  };
  if (values === 'active') {
    if (operator !== 'eq' && operator !== 'ne') refuse(`active is compared with eq or ne`, operatorPosition);
    if (typeof value !== 'boolean') refuse('active is compared with true or false', valuePosition);
    return (operator === 'eq') === value ? { kind: 'active' } : negated({ kind: 'active' });
  }
  if (value === null) {
    if (operator !== 'eq' && operator !== 'ne') refuse(`${operator} cannot compare with null`, operatorPosition);
    return operator === 'ne' ? { kind: 'present', values } : negated({ kind: 'present', values });
  }
  if (typeof value !== 'string') return refuse(`${name} is compared with a text`, valuePosition, `write  "${value}"`);
  if (operator === 'ne') return negated({ kind: 'compare', values, operator: 'eq', value });
  return { kind: 'compare', values, operator, value };
}

function negated(filter: UserFilter): UserFilter {
  return { kind: 'not', filter };
}
