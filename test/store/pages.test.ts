import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fold } from '../../src/domain/user.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { openConnection } from '../../src/store/sqlite/connection/connection.ts';
import { keySetPages, keySetRows } from '../../src/store/sqlite/connection/key-set.ts';
import { ORIGIN } from '../support/backends.ts';
import { temporaryHome } from '../support/home.ts';
import { openBackend } from '../support/open-context.ts';

const MANY = 2500;

/** A store with devices, users and a log, and somebody else who has it open. */
async function longStore(): Promise<{ backend: ServableBackend; beside: DatabaseSync; home: string }> {
  const home = temporaryHome();
  const store = join(home, 'store.db');
  const backend = await openBackend(home);
  const names = Array.from({ length: MANY }, (_, at) => `user${at}`);
  await backend.users.set(
    names.map((name) => ({ name, attributes: {} })),
    ORIGIN,
  );
  const beside = new DatabaseSync(store);
  beside.exec('BEGIN');
  const insert = beside.prepare(
    `INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified, fails, digits, algorithm, period)
     VALUES (?, ?, ?, 'TOTP', ?, ?, ?, 0, 0, ?, 6, 'SHA1', 30)`,
  );
  for (let id = 1; id <= MANY; id++) {
    const user = `user${(id * 7) % MANY}`;
    insert.run(id, `TOTP${id}`, `totp${id}`, user, fold(user), id % 10 === 0 ? 'D' : 'V', id % 5);
  }
  beside.exec('COMMIT');
  onTestFinished(() => {
    beside.close();
    backend.close();
  });
  return { backend, beside, home };
}

const READS: Record<string, (backend: ServableBackend) => AsyncIterable<readonly unknown[]>> = {
  'devices by id': (backend) => backend.list({}, {}),
  'devices by id from the last on': (backend) => backend.list({}, { descending: true }),
  'devices in another order': (backend) => backend.list({}, { sortBy: 'fails' }),
  'devices of a status': (backend) => backend.list({ statuses: ['V'] }, {}),
  users: (backend) => backend.users.list(),
  'the audit log': (backend) => backend.audit.list({}),
  'the newest of the audit log': (backend) => backend.audit.list({ limit: 2000 }),
  'the chain of the audit log': (backend) => backend.audit.chain(MANY),
};

describe('between two pages', () => {
  it.each(Object.keys(READS))('of %s nothing of the store is held', async (what) => {
    const { backend, beside } = await longStore();
    const pages = READS[what]?.(backend)[Symbol.asyncIterator]();
    let first = await pages?.next();
    while (first?.value.length === 0) first = await pages?.next();
    expect(first?.value.length).toBeGreaterThan(0);

    beside.exec('UPDATE store SET next_number = next_number');
    await backend.users.set([{ name: 'new', attributes: {} }], ORIGIN);
    // A log that somebody reads from cannot be taken into the database and emptied.
    expect(beside.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()).toMatchObject({ busy: 0, log: 0 });
  });
});

describe('a list in pages', () => {
  it.each([
    ['by id', {}],
    ['by id, the last first', { descending: true }],
    ['by name', { sortBy: 'name' }],
    ['by what many have', { sortBy: 'fails', descending: true }],
    ['from the middle on', { offset: 1234 }],
    ['from the middle on, in another order', { sortBy: 'user', offset: 1234, limit: 1111 }],
    ['of so many', { limit: 1050 }],
  ] as const)('%s has what one statement has', async (_, page) => {
    const { backend, beside } = await longStore();
    const { sortBy = 'id', descending = false, limit = -1, offset = 0 } = { ...page } as Record<string, never>;
    const column = { id: 'id', name: 'name_fold', fails: 'fails', user: 'user_fold' }[sortBy as 'id'];
    const expected = beside
      .prepare(`SELECT id FROM devices ORDER BY ${column} ${descending ? 'DESC' : ''}, id LIMIT ? OFFSET ?`)
      .all(limit, offset);
    const found = (await Array.fromAsync(backend.list({}, page))).flat();
    expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => String(id)));
  });

  it('has a device once, although it moves in the order meanwhile, and as it is when its page is read', async () => {
    const { backend, beside } = await longStore();
    const found: string[] = [];
    for await (const page of backend.list({ statuses: ['V'] }, { sortBy: 'fails' })) {
      if (found.length === 0)
        beside.exec("UPDATE devices SET fails = 9 WHERE fails = 0; UPDATE devices SET status = 'D' WHERE id = 2499");
      found.push(...page.map(({ id }) => id));
    }
    expect(new Set(found).size).toBe(found.length);
    expect(found).toHaveLength(MANY - MANY / 10 - 1);
  });
});

describe('the audit log in pages', () => {
  it('ends where it ended when its reading began', async () => {
    const { backend } = await longStore();
    let read = 0;
    for await (const page of backend.audit.list({})) {
      read += page.length;
      await backend.users.set([{ name: `more${read}`, attributes: {} }], ORIGIN);
    }
    expect(read).toBe(MANY + 1);
  });

  it.each([1, 99, 100, 101, 2000, 9999])('has the newest %i, oldest first', async (limit) => {
    const { backend } = await longStore();
    const all = (await Array.fromAsync(backend.audit.list({ action: 'user.set' }))).flat();
    expect(all).toHaveLength(MANY);
    const some = (await Array.fromAsync(backend.audit.list({ action: 'user.set', limit }))).flat();
    expect(some).toEqual(all.slice(-limit));
  });

  it('steps over a gap at once, however wide', async () => {
    const { backend, beside } = await longStore();
    beside.exec('UPDATE audit SET seq = 9000000000000000 WHERE seq = (SELECT max(seq) FROM audit)');
    const sequence = (await Array.fromAsync(backend.audit.list({ limit: 2 }))).flat().map(({ seq }) => seq);
    expect(sequence).toEqual([MANY, 9_000_000_000_000_000]);
    expect((await Array.fromAsync(backend.audit.list({}))).flat()).toHaveLength(MANY + 1);
  });

  it('is not exported with a hole where it is pruned meanwhile', async () => {
    const { backend, beside } = await longStore();
    const pages = backend.audit.chain(MANY)[Symbol.asyncIterator]();
    await pages.next();
    beside.exec(`DELETE FROM audit WHERE seq <= 1000;
      INSERT INTO audit_floor (only, seq, head, mac) VALUES (1, 1000, x'00', x'00')`);
    await expect(pages.next()).rejects.toMatchObject({ code: 'changed-meanwhile' });
  });

  it('is shown with a hole that nobody pruned', async () => {
    const { backend, beside } = await longStore();
    const pages = backend.audit.chain(MANY)[Symbol.asyncIterator]();
    await pages.next();
    beside.exec('DELETE FROM audit WHERE seq BETWEEN 101 AND 1000');
    expect((await pages.next()).value?.[0]).toMatchObject({ seq: 1001 });
  });
});

describe('a connection', () => {
  it('lets no transaction wait for anything', () => {
    const connection = openConnection(':memory:');
    connection.exec('CREATE TABLE t (id INTEGER PRIMARY KEY)');
    expect(() => connection.immediate(async () => connection.run('INSERT INTO t VALUES (1)'))).toThrow(TypeError);
    expect(connection.isWriting()).toBe(false);
    expect(connection.all('SELECT * FROM t')).toEqual([]);
    connection.close();
  });

  it('has no way to read rows while others get their turn', () => {
    const connection = openConnection(':memory:');
    expect(Object.keys(connection)).not.toContain('iterate');
    connection.close();
  });

  it('reads in pages what is there, also what changes behind them', () => {
    const connection = openConnection(':memory:');
    connection.exec('CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (-5), (0), (1), (2), (3), (4)');
    const sql = 'SELECT id FROM t WHERE id > ? ORDER BY id LIMIT ?';
    const query = { sql, key: 'id', start: Number.NEGATIVE_INFINITY };
    const found: unknown[] = [];
    for (const page of keySetPages(connection, { ...query, pageRows: 2 })) {
      found.push(...page.map(({ id }) => id));
      if (found.length === 2) connection.exec('DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (-7), (9)');
    }
    expect(found).toEqual([-5, 0, 1, 3, 4, 9]);
    expect(Array.from(keySetRows(connection, query), ({ id }) => id)).toEqual([-7, -5, 0, 1, 3, 4, 9]);
    connection.close();
  });
});
