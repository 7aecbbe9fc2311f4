import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fulfilsUntyped } from '../../src/domain/query/evaluate-untyped.ts';
import { parseFilter } from '../../src/domain/query/parse-filter.ts';
import { parseScope } from '../../src/domain/query/parse-scope.ts';
import { createAuditLog } from '../../src/store/sqlite/audit/audit-log.ts';
import { openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { usersWithin } from '../../src/store/sqlite/rows/scope-sql.ts';
import { andWithin, listUsers } from '../../src/store/sqlite/rows/user-rows.ts';
import { ORIGIN } from '../support/backends.ts';
import { storeOf, temporaryHome } from '../support/home.ts';
import { openBackend } from '../support/open-context.ts';

const USERS = [
  { name: 'ada', groups: ['Sales'], attributes: { mail: 'ada@Example.com', department: 'Führung' } },
  { name: 'Bea', groups: ['support', 'SALES'], attributes: { mail: 'bea@example.com', City: 'Straße' } },
  { name: 'cy', groups: [], active: false },
  { name: 'Ｄora', groups: ['Ελλάς', 'x"y', "x'y"], attributes: { 'cost-center': '%_', department: 'FÜHRUNG' } },
  { name: 'eve', groups: ['sale'], attributes: { department: '' } },
].map((user) => ({
  ...user,
  attributes: Object.fromEntries(Object.entries(user.attributes ?? {}).filter(([, v]) => v)),
}));

const NAMES = ['userName', 'USER', 'groups', 'mail', 'Department', 'city', 'cost-center', 'nothing', 'active'];
const VALUES = [
  'ada',
  'Sales',
  'sale',
  '',
  'führung',
  'STRASSE',
  'straße',
  'ελλάσ',
  'ＳＡＬＥＳ',
  '%',
  '_',
  'x"y',
  "x'y",
  'example.com',
  'd',
];

const comparison = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr', 'eq null', 'ne null'),
    fc.constantFrom(...VALUES),
    fc.boolean(),
  )
  .map(([name, operator, value, flag]) => {
    if (name === 'active') return `active ${operator.startsWith('n') ? 'ne' : 'eq'} ${flag}`;
    if (operator === 'pr' || operator.endsWith('null')) return `${name} ${operator}`;
    return `${name} ${operator} ${JSON.stringify(value)}`;
  });
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparison,
    tie('filter').map((inner) => `not (${inner})`),
    fc.tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter')).map(([a, word, b]) => `(${a}) ${word} (${b})`),
  ),
}));

async function storeOfUsers() {
  const home = temporaryHome();
  const backend = await openBackend(home, {}, storeOf(home));
  await backend.users.set(USERS, ORIGIN);
  const connection = openConnection(storeOf(home));
  return { backend, connection, done: () => [connection.close(), backend.close()] };
}

describe('a scope in SQL', () => {
  it('has the users that the filter says, whatever it says', async () => {
    const { connection, done } = await storeOfUsers();
    const all = [...listUsers(connection)].flat();
    expect(all).toHaveLength(USERS.length);
    fc.assert(
      fc.property(filter, (text) => {
        const found = [...listUsers(connection, usersWithin(parseScope(text)))].flat().map(({ name }) => name);
        const wanted = all.filter(({ name, active, groups, attributes }) =>
          fulfilsUntyped(parseFilter(text), { userName: name, user: name, active, groups, ...attributes }),
        );
        expect(found).toEqual(wanted.map(({ name }) => name));
      }),
      { numRuns: 400 },
    );
    done();
  });

  it('takes as many comparisons as can be put to everybody at every request', async () => {
    const { connection, done } = await storeOfUsers();
    const text = (length: number) => Array.from({ length }, (_, at) => `user eq "u${at}"`).join(' or ');
    expect([...listUsers(connection, usersWithin(parseScope(text(20))))].flat()).toEqual([]);
    expect(() => parseScope(text(21))).toThrow('the scope has 21 comparisons, and may have 20');
    done();
  });

  it('looks at a bounded number of users and of entries for a page, whoever is in it', async () => {
    const { connection, done } = await storeOfUsers();
    const scope = usersWithin(parseScope('user eq "user0999"'));
    connection.exec('BEGIN');
    for (let at = 0; at < 1000; at++) {
      const name = `user${String(at).padStart(4, '0')}`;
      connection.run(
        `INSERT INTO users (id, name, name_fold, active, attributes, groups, created, modified) VALUES (?, ?, ?, 1, '{}', '[]', 1, 1)`,
        [at + 100, name, name],
      );
      connection.run(
        `INSERT INTO audit (seq, time, actor, action, object, result, user, user_fold, user_id, mac)
         VALUES (?, 1, 'a', 'user.set', 'o', 'ok', ?, ?, ?, zeroblob(32))`,
        [at + 100, name, name, String(at + 100)],
      );
    }
    connection.exec('COMMIT');
    const users = [...listUsers(connection, scope)];
    expect(users.length).toBeGreaterThanOrEqual(10);
    expect(users.flat().map(({ name }) => name)).toEqual(['user0999']);
    const { list } = createAuditLog(connection, () => Promise.reject(new Error('no key')), scope);
    const pages: unknown[][] = [];
    for await (const page of list({})) pages.push([...page]);
    expect({ pages: pages.length, found: pages.flat().length }).toEqual({ pages: 3, found: 1 });
    done();
  });

  it('reads one user by id for each device, and never all users', async () => {
    const { connection, done } = await storeOfUsers();
    const scope = usersWithin(parseScope('groups eq "Sales"'));
    for (const order of ['devices.id', 'user_fold']) {
      const sql = `SELECT id FROM devices WHERE true${andWithin(scope, 'devices.user_id')} ORDER BY ${order}`;
      const plan = connection
        .all(`EXPLAIN QUERY PLAN ${sql}`, [...scope.parameters])
        .map(({ detail }) => String(detail));
      expect(plan.join('\n')).toContain('SEARCH scoped USING INTEGER PRIMARY KEY (rowid=?)');
      expect(plan.join('\n')).not.toContain('SCAN scoped');
    }
    done();
  });
});
