import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindFilter } from '../../src/domain/query/bind-filter.ts';
import { DEVICE_SCHEMA, deviceResource, type FilterableDevice } from '../../src/domain/query/device-schema.ts';
import { fulfils } from '../../src/domain/query/evaluate.ts';
import { OPERATORS, type Operator } from '../../src/domain/query/filter.ts';
import { parseFilter } from '../../src/domain/query/parse-filter.ts';
import { printFilter } from '../../src/domain/query/print-filter.ts';
import type { AttributeRules } from '../../src/domain/query/schema.ts';
import { fold, foldText } from '../../src/domain/user.ts';
import { type Connection, openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { createDeviceReader } from '../../src/store/sqlite/devices/device-reader.ts';
import { ATTRIBUTE_COLUMNS, filterSql } from '../../src/store/sqlite/devices/filter-sql.ts';
import { ofUser } from '../../src/store/sqlite/rows/user-rows.ts';
import { migrate } from '../../src/store/sqlite/schema/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';
import { devices, filters } from '../support/random-filters.ts';

function fill(connection: Connection, rows: readonly FilterableDevice[]): void {
  connection.run('DELETE FROM devices');
  for (const device of rows) {
    connection.run(
      `INSERT INTO devices (id, external_id, name, name_fold, type, user, user_fold, status, created, modified, last_used,
                            fails, email, email_fold, phone)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        Number(device.id),
        device.externalId ?? null,
        device.name,
        fold(device.name),
        device.type,
        device.user,
        fold(device.user),
        device.status,
        device.created,
        device.lastModified,
        device.lastUsed ?? null,
        device.fails,
        device.email ?? null,
        device.email === undefined ? null : fold(device.email),
        device.phone ?? null,
      ],
    );
  }
}

const ADA: FilterableDevice = {
  ...{ id: '1', name: 'TOTP00000001', type: 'TOTP', user: 'ada', status: 'V', fails: 0 },
  ...{ created: 1_640_995_200, lastModified: 1_640_995_200 },
};

describe('a filter in SQL', () => {
  const connection = openConnection(':memory:');
  migrate(connection, MIGRATIONS);
  const reader = createDeviceReader(connection);
  const idsOf = (filter: ReturnType<typeof bindFilter>) => [...reader.list({ filter }, {})].flat().map(({ id }) => id);

  it('means what it means to the evaluator, on any devices', () => {
    fc.assert(
      fc.property(devices, fc.array(filters, { minLength: 20, maxLength: 20 }), (rows, some) => {
        fill(connection, rows);
        for (const filter of some) {
          const text = printFilter(filter);
          const bound = bindFilter(parseFilter(text), DEVICE_SCHEMA, text);
          const evaluated = rows.filter((device) => fulfils(bound, deviceResource(device))).map(({ id }) => id);
          expect({ text, ids: idsOf(bound) }).toEqual({ text, ids: evaluated });
          expect(reader.count({ filter: bound })).toBe(evaluated.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes a chain as long as a filter may be', () => {
    const text = Array.from({ length: 1100 }, () => 'id pr')
      .join(' or ')
      .slice(0, 9999)
      .replace(/ o?r? ?i?d? ?p?$/, '');
    const bound = bindFilter(parseFilter(text), DEVICE_SCHEMA, text);
    fill(connection, [ADA]);
    expect(idsOf(bound)).toEqual(['1']);
  });

  it('has columns, words and question marks in it, and its texts are bound', () => {
    const columns = Object.values(ATTRIBUTE_COLUMNS).sort((a, b) => b.length - a.length);
    const words = /^(?:[()?,01 ]|COLUMN|devices\.id|AND|OR|NOT|IS|NULL|=|<>|>=?|<=?|-?length|substr|instr|'')*$/;
    fc.assert(
      fc.property(
        fc.array(comparisons, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(' and ', ' or '),
        (some, word) => {
          const text = some.map(written).join(word);
          const { sql, parameters } = filterSql(bindFilter(parseFilter(text), DEVICE_SCHEMA, text));
          expect(
            columns.reduce((rest, column) => rest.replaceAll(column, 'COLUMN'), sql.replaceAll(ofUser(), 'COLUMN = ?')),
          ).toMatch(words);
          expect(sql.split('?')).toHaveLength(parameters.length + 1);
          for (const each of some) {
            // Of an id that is no number, SQL need not be asked.
            if (each.value !== '' && each.rules.name !== 'id') expect(parameters).toContain(lookedFor(each));
          }
        },
      ),
    );
  });

  it('reaches the database without any text that a list was asked for with', () => {
    const sent: string[] = [];
    const noted = (sql: string) => {
      sent.push(sql);
      return sql;
    };
    const heard: Connection = {
      ...connection,
      all: (sql, parameters) => connection.all(noted(sql), parameters),
      get: (sql, parameters) => connection.get(noted(sql), parameters),
    };
    const { list, count } = createDeviceReader(heard);
    fc.assert(
      fc.property(comparisons, hostile, (comparison, more) => {
        const marked = { ...comparison, value: `\u2603${comparison.value}` };
        const text = written(marked);
        const filter = bindFilter(parseFilter(text), DEVICE_SCHEMA, text);
        const selection = { filter, user: `\u2603${more}`, name: `\u2603${more}`, words: [`\u2603${more}`] };
        expect([...list(selection, {})].flat()).toEqual([]);
        expect(count(selection)).toBe(0);
        expect(sent.filter((sql) => sql.includes('\u2603'))).toEqual([]);
      }),
    );
    expect(sent.length).toBeGreaterThan(100);
  });
});

/** What somebody would write who wanted more than a filter gives. */
const hostile = fc.oneof(
  fc.constantFrom(
    `' OR 1=1 --`,
    `'; DROP TABLE devices; --`,
    `"`,
    `\\'`,
    '?',
    '?1',
    ':id',
    'type',
    "''",
    '%',
    '0) OR (1',
  ),
  fc.string({ unit: 'binary' }),
);

const ATTRIBUTES: readonly AttributeRules[] = DEVICE_SCHEMA.attributes.filter(({ type }) => type === 'string');

interface Comparison {
  readonly rules: AttributeRules;
  readonly operator: Operator;
  readonly value: string;
  readonly negated: boolean;
}

const comparisons: fc.Arbitrary<Comparison> = fc.record({
  rules: fc.constantFrom(...ATTRIBUTES),
  operator: fc.constantFrom(...OPERATORS),
  value: hostile,
  negated: fc.boolean(),
});

function written({ rules, operator, value, negated }: Comparison): string {
  const compared = `${rules.name} ${operator} ${JSON.stringify(value)}`;
  return negated ? `not (${compared})` : compared;
}

/** What a value is looked for as: closed sets are read, and texts without case are folded. */
function lookedFor({ rules: { read, values, caseExact }, value }: Comparison): string {
  const known = read?.(value) ?? value;
  return caseExact || values !== undefined ? known : foldText(known);
}
