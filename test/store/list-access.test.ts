import { describe, expect, it } from 'vitest';
import { bindFilter } from '../../src/domain/query/bind-filter.ts';
import { DEVICE_SCHEMA } from '../../src/domain/query/device-schema.ts';
import { parseFilter } from '../../src/domain/query/parse-filter.ts';
import { type Connection, openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { explainList, listPages } from '../../src/store/sqlite/devices/device-list.ts';
import { DEVICE_COLUMNS } from '../../src/store/sqlite/devices/device-rows.ts';
import { type Access, filterSql } from '../../src/store/sqlite/devices/filter-sql.ts';
import { migrate } from '../../src/store/sqlite/schema/migrate.ts';
import { MIGRATIONS } from '../../src/store/sqlite/schema/migrations.ts';

const filterOf = (text: string) => bindFilter(parseFilter(text), DEVICE_SCHEMA, text);

/** What SQLite's plan of a list says where rows are found so, and what it does not. */
const PLANS: Record<Access, { readonly says: RegExp; readonly never: RegExp }> = {
  table: { says: /^SCAN devices$|INTEGER PRIMARY KEY \(rowid[<>]/m, never: /INDEX devices_by|TEMP B-TREE/ },
  value: { says: /INDEX devices_by_\w+ \(\w+=\?|INTEGER PRIMARY KEY \(rowid=/, never: /SCAN|TEMP B-TREE/ },
  values: { says: /^MULTI-INDEX OR/, never: /SCAN/ },
  range: { says: /INDEX devices_by/, never: /SCAN/ },
};

describe('how a list is found, said without asking SQLite', () => {
  const connection = openConnection(':memory:');
  migrate(connection, MIGRATIONS);

  it.each<[Access, string]>([
    ['table', 'status eq "V"'],
    ['table', 'id gt "5"'],
    ['table', 'user co "a" or lastUsed lt "2020-01-01"'],
    ['table', 'not (user eq "a")'],
    ['table', 'lastUsed pr'],
    ['table', 'not (lastUsed gt "2020-01-01")'],
    ['value', 'id eq "5"'],
    ['value', 'user eq "a"'],
    ['value', 'not (name ne "a")'],
    ['value', 'not (lastUsed pr)'],
    ['value', 'lastUsed eq null and status eq "V"'],
    ['value', 'user eq "a" and lastUsed lt "2020-01-01"'],
    ['values', 'user eq "a" or user eq "b" or id eq "5"'],
    ['values', 'not (user ne "a" and name ne "b")'],
    ['range', 'lastUsed lt "2020-01-01"'],
    ['range', 'name ge "a" and status eq "V"'],
    ['range', 'lastUsed le "2020-01-01" or (not (lastUsed pr) and created le "2020-01-01")'],
    ['range', 'user eq "a" or lastUsed gt "2020-01-01"'],
  ])('%s: %s', (access, text) => {
    const filter = filterOf(text);
    expect(filterSql(filter).access).toBe(access);
    const plan = explainList(connection, { filter }, {}).plan.join('\n');
    expect(plan).toMatch(PLANS[access].says);
    expect(plan).not.toMatch(PLANS[access].never);
  });

  it('asks for no plan before a list', () => {
    const sent: string[] = [];
    const noted = (sql: string) => {
      sent.push(sql);
      return sql;
    };
    const watched: Connection = {
      ...connection,
      get: (sql, parameters) => connection.get(noted(sql), parameters),
      all: (sql, parameters) => connection.all(noted(sql), parameters),
    };
    for (const text of ['status eq "V"', 'user eq "a"', 'lastUsed lt "2020-01-01"']) {
      for (const page of [{}, { limit: 10 }, { sortBy: 'user' } as const]) {
        expect([...listPages(watched, DEVICE_COLUMNS, { filter: filterOf(text) }, page)]).toEqual([]);
      }
    }
    expect(sent.length).toBeGreaterThan(8);
    expect(sent.filter((sql) => sql.includes('EXPLAIN'))).toEqual([]);
  });
});
