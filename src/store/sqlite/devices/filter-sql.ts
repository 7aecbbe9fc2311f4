import type { BoundFilter, BoundValue } from '../../../domain/query/bind-filter.ts';
import { type DeviceFilterAttribute, OTP_DEVICE_SCHEMA, OTP_DEVICE_TYPE } from '../../../domain/query/device-schema.ts';
import type { Operator } from '../../../domain/query/filter.ts';
import type { AttributeRules } from '../../../domain/query/schema.ts';
import { foldText } from '../../../domain/user.ts';
import { ofUser } from '../rows/user-rows.ts';

/**
 * How the rows are found that a condition holds for:
 * - `table`: all rows are looked at, in the order of their ids.
 * - `value`: by one value in an index (an id, a name, a user, a time of last use), in the order of ids.
 * - `values`: by several of those, in no order.
 * - `range`: by a range of values in an index, in no order. It may hold every row.
 *
 * Said here, so that SQLite need not be asked for its plan before every list.
 */
export type Access = 'table' | 'value' | 'values' | 'range';

/** A condition in SQL, and what is bound to its question marks. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly (string | number | bigint)[];
  readonly access: Access;
}

const ID_TEXT = 'CAST(devices.id AS TEXT)';

/** Where the value of an attribute is: of texts that are compared without case, its fold. */
export const ATTRIBUTE_COLUMNS: Record<DeviceFilterAttribute, string> = {
  id: ID_TEXT,
  externalId: 'external_id',
  name: 'name_fold',
  type: 'type',
  user: 'user_fold',
  status: 'status',
  created: 'created',
  lastUsed: 'last_used',
  fails: 'fails',
  email: 'email_fold',
  phone: 'phone',
  schemas: `'${OTP_DEVICE_SCHEMA}'`,
  'meta.resourceType': `'${OTP_DEVICE_TYPE}'`,
  'meta.created': 'created',
  'meta.lastModified': 'modified',
  'meta.location': `'/${OTP_DEVICE_TYPE}/' || devices.id`,
};

/** The columns that have an index; a row is found by its id in any case. */
const INDEXED: readonly string[] = [ATTRIBUTE_COLUMNS.name, ATTRIBUTE_COLUMNS.user, ATTRIBUTE_COLUMNS.lastUsed];

const NEVER: Condition = { sql: '0', parameters: [], access: 'table' };
export const ALWAYS: Condition = { sql: '1', parameters: [], access: 'table' };

/**
 * A filter as a condition on the devices table: bound parameters only. A `not` is carried down to the comparisons, so
 * that a missing value, which SQL neither affirms nor denies, means what it does to the evaluator.
 */
export function filterSql(filter: BoundFilter, negated = false): Condition {
  switch (filter.kind) {
    case 'not':
      return filterSql(filter.filter, !negated);
    case 'and':
    case 'or': {
      const word = (filter.kind === 'and') === negated ? 'OR' : 'AND';
      return joined(
        word,
        filter.filters.map((each) => filterSql(each, negated)),
      );
    }
    case 'present':
      return presence(filter.rules, !negated);
    case 'compare':
      return comparison(filter.operator, filter.rules, filter.value, negated);
  }
}

/** Joins in halves: SQLite bounds the depth of an expression, and a long chain is as deep as it is long. */
export function joined(word: 'AND' | 'OR', conditions: readonly Condition[]): Condition {
  if (conditions.length === 1) return conditions[0] as Condition;
  const middle = conditions.length >> 1;
  const [left, right] = [conditions.slice(0, middle), conditions.slice(middle)].map((half) => joined(word, half));
  return {
    sql: `(${left?.sql} ${word} ${right?.sql})`,
    parameters: [...(left?.parameters ?? []), ...(right?.parameters ?? [])],
    access: joinedAccess(word, [left?.access ?? 'table', right?.access ?? 'table']),
  };
}

const BEST_FIRST: readonly Access[] = ['value', 'values', 'range', 'table'];

/** Of conditions that must all hold, the one that finds rows best is enough; of others, each must find its own. */
function joinedAccess(word: 'AND' | 'OR', each: readonly Access[]): Access {
  if (word === 'AND') return BEST_FIRST.find((access) => each.includes(access)) ?? 'table';
  if (each.includes('table')) return 'table';
  return each.includes('range') ? 'range' : 'values';
}

function columnOf({ name }: AttributeRules): string {
  return ATTRIBUTE_COLUMNS[name as DeviceFilterAttribute];
}

function presence(rules: AttributeRules, present: boolean): Condition {
  const column = columnOf(rules);
  const empty = rules.type === 'string' ? ` ${present ? 'AND' : 'OR'} ${column} ${present ? '<>' : '='} ''` : '';
  const access = !present && empty === '' && INDEXED.includes(column) ? 'value' : 'table';
  return { sql: `(${column} IS ${present ? 'NOT ' : ''}NULL${empty})`, parameters: [], access };
}

function comparison(operator: Operator, rules: AttributeRules, value: BoundValue, negated: boolean): Condition {
  if (value === null) return presence(rules, (operator === 'ne') !== negated);
  if (operator === 'ne') return comparison('eq', rules, value, !negated);
  const condition =
    rules.name === 'id' ? idComparison(operator, String(value)) : plainComparison(operator, rules, value);
  if (!negated) return condition;
  const sql = `(${columnOf(rules)} IS NULL OR NOT ${condition.sql})`;
  return { sql, parameters: condition.parameters, access: 'table' };
}

function plainComparison(operator: Operator, rules: AttributeRules, value: string | number): Condition {
  // Values of a closed set were read into the form in which they are kept.
  const asKept = typeof value !== 'string' || rules.caseExact || rules.values !== undefined;
  const wanted = asKept ? value : foldText(value);
  return textComparison(operator, columnOf(rules), wanted);
}

const SIGNS: Partial<Record<Operator, string>> = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' };

function textComparison(operator: Operator, column: string, value: string | number): Condition {
  const sign = SIGNS[operator];
  if (operator === 'eq' && column === ATTRIBUTE_COLUMNS.user) {
    return { sql: ofUser(), parameters: [value], access: 'value' };
  }
  if (sign !== undefined) {
    const found = operator === 'eq' ? 'value' : 'range';
    return {
      sql: `(${column} ${sign} ?)`,
      parameters: [value],
      access: INDEXED.includes(column) ? found : 'table',
    };
  }
  const access = 'table';
  if (value === '') return { sql: `(${column} <> '')`, parameters: [], access };
  switch (operator) {
    case 'sw':
      return { sql: `(substr(${column}, 1, length(?)) = ?)`, parameters: [value, value], access };
    case 'ew':
      return { sql: `(substr(${column}, -length(?)) = ?)`, parameters: [value, value], access };
    default:
      return { sql: `(instr(${column}, ?) > 0)`, parameters: [value], access };
  }
}

const NUMBER = /^(?:0|[1-9][0-9]*)$/;
const MAX_ROW_ID = 2n ** 63n - 1n;

/** Ids are numbers here and texts everywhere else: compared as numbers where the other side is one. */
function idComparison(operator: Operator, value: string): Condition {
  const sign = SIGNS[operator];
  if (sign === undefined) return textComparison(operator, ID_TEXT, value);
  if (!NUMBER.test(value)) return operator === 'eq' ? NEVER : textComparison(operator, ID_TEXT, value);
  const number = BigInt(value);
  if (number > MAX_ROW_ID) return operator === 'lt' || operator === 'le' ? ALWAYS : NEVER;
  // A range of ids is part of the table, in its order.
  return { sql: `(devices.id ${sign} ?)`, parameters: [number], access: operator === 'eq' ? 'value' : 'table' };
}
