import type { UserFilter, UserValues } from '../../../domain/query/user-filter.ts';
import type { Scope } from '../../../domain/scope.ts';
import { foldText } from '../../../domain/user.ts';
import type { UsersWithin } from './user-rows.ts';

/** The users of a scope as a condition: bound parameters only, and never neither true nor false. */
export function usersWithin({ filter, text }: Scope): UsersWithin {
  return { ...conditionOf(filter), text };
}

type Condition = Omit<UsersWithin, 'text'>;

function conditionOf(filter: UserFilter): Condition {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return joined(filter.kind === 'and' ? 'AND' : 'OR', filter.filters.map(conditionOf));
    case 'not': {
      const { sql, parameters } = conditionOf(filter.filter);
      return { sql: `(NOT ${sql})`, parameters };
    }
    case 'active':
      return { sql: '(scoped.active = 1)', parameters: [] };
    case 'present':
      return some(filter.values, (value) => ({ sql: `${value} <> ''`, parameters: [] }));
    case 'compare': {
      const { operator, value: wanted } = filter;
      return some(filter.values, (value) => comparison(operator, value, foldText(wanted)));
    }
  }
}

/** Joins in halves: SQLite bounds the depth of an expression. */
function joined(word: 'AND' | 'OR', conditions: readonly Condition[]): Condition {
  const [first] = conditions;
  if (first !== undefined && conditions.length === 1) return first;
  const middle = conditions.length >> 1;
  const left = joined(word, conditions.slice(0, middle));
  const right = joined(word, conditions.slice(middle));
  return { sql: `(${left.sql} ${word} ${right.sql})`, parameters: [...left.parameters, ...right.parameters] };
}

/** Whether one of the values of a user fulfils a test, which is given the fold of the value. */
function some(values: UserValues, test: (value: string) => Condition): Condition {
  if (values === 'userName') {
    const { sql, parameters } = test('scoped.name_fold');
    return { sql: `(${sql})`, parameters };
  }
  const { sql, parameters } = test(foldOf('each.value'));
  if (values === 'groups') {
    return { sql: `EXISTS (SELECT 1 FROM json_each(scoped.groups) AS each WHERE ${sql})`, parameters };
  }
  // A filter names attributes in ASCII, and lower() knows no other case.
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(scoped.attributes) AS each WHERE lower(each.key) = ? AND ${sql})`,
    parameters: [values.attribute, ...parameters],
  };
}

/** The fold of a text. Nearly all are plain ASCII, whose fold SQLite makes by itself. */
function foldOf(text: string): string {
  return `(CASE WHEN ${text} GLOB '*[^ -~]*' THEN folded(${text}) ELSE lower(${text}) END)`;
}

const SIGNS = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

function comparison(
  operator: Extract<UserFilter, { kind: 'compare' }>['operator'],
  value: string,
  wanted: string,
): Condition {
  switch (operator) {
    case 'sw':
      return { sql: `substr(${value}, 1, length(?)) = ?`, parameters: [wanted, wanted] };
    case 'ew':
      // Of an empty text substr would answer the whole.
      return wanted === ''
        ? { sql: `${value} <> ''`, parameters: [] }
        : { sql: `substr(${value}, -length(?)) = ?`, parameters: [wanted, wanted] };
    case 'co':
      return { sql: `instr(${value}, ?) > 0`, parameters: [wanted] };
    default:
      return { sql: `${value} ${SIGNS[operator]} ?`, parameters: [wanted] };
  }
}
