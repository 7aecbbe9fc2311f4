import { describe, expect, it } from 'vitest';
import { eraseFromAudit } from '../../src/store/sqlite/audit/erase-audit.ts';
import type { Row } from '../../src/store/sqlite/connection/connection.ts';
import { append, FULL, formerLog, isSound, logOf, type TestLog } from '../support/audit-log.ts';

/** A log with an entry of every kind: all fields, as few as there can be, erased ones, and the one that says so. */
function erasedLog(): TestLog {
  const { time, actor, action, object } = FULL;
  const log = logOf(
    FULL,
    { time, actor, action, object, result: 'ok' },
    { ...FULL, user: 'bob', userId: '12', actor: 'person:ada' },
    { ...FULL, user: 'bob', userId: '12' },
  );
  log.connection.immediate(() =>
    eraseFromAudit(
      log.connection,
      log.key,
      { userId: '11', user: 'ada' },
      { actor: 'user:root', time, reason: 'left' },
    ),
  );
  append(log, FULL);
  return log;
}

/** Other values for a column of a row. */
function others(column: string, value: unknown): unknown[] {
  if (column === 'seq') return [-1, 0, Number(value) + 100, 2 ** 52];
  if (typeof value === 'number') return [value + 1, value + 2 ** 52, null];
  if (value instanceof Uint8Array) {
    const flipped = Buffer.from(value);
    flipped[0] = (flipped[0] ?? 0) ^ 1;
    return [flipped, Buffer.concat([value, Buffer.of(0)]), value.subarray(1), Buffer.alloc(0), null];
  }
  if (typeof value === 'string') return [`${value}x`, value.slice(1), `${value} `, value.toUpperCase(), '', null];
  if (column === 'chain') return [1, 2, 0];
  return column === 'salts' ? [Buffer.alloc(0), Buffer.alloc(16)] : ['', 'x', '{}', '1'];
}

/** Every other value of every column of every row, one at a time; the number of those that went unnoticed and how many there were. */
function unnoticed(log: TestLog): {
  readonly missed: readonly string[];
  readonly columns: ReadonlySet<string>;
  readonly tried: number;
} {
  const { connection } = log;
  const names = connection.all('SELECT name, "notnull" AS must FROM pragma_table_info(\'audit\')');
  const columns = new Set<string>();
  const missed: string[] = [];
  let tried = 0;
  for (const row of connection.all('SELECT * FROM audit ORDER BY seq')) {
    for (const { name, must } of names) {
      const column = String(name);
      for (const other of others(column, row[column])) {
        if (same(other, row[column]) || (other === null && must === 1)) continue;
        connection.exec('SAVEPOINT one');
        connection.run(`UPDATE audit SET ${column} = ? WHERE seq = ?`, [other as string, row['seq'] as number]);
        tried += 1;
        if (isSound(log)) missed.push(`${row['seq']}.${column} = ${shown(other)}`);
        connection.exec('ROLLBACK TO one; RELEASE one');
        columns.add(column);
      }
    }
  }
  return { missed, columns, tried };
}

function same(a: unknown, b: unknown): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
}

function shown(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
}

function columnsOf({ connection }: TestLog): ReadonlySet<string> {
  return new Set(connection.all("SELECT name FROM pragma_table_info('audit')").map(({ name }: Row) => String(name)));
}

describe('an edit of one column of one entry', () => {
  it.each([
    ['format 1, sealed entries among them', formerLog],
    ['format 2, erased entries among them', erasedLog],
  ])('is found in %s, whatever column it is', (_what, make) => {
    const log = make();
    expect(isSound(log)).toBe(true);
    const { missed, columns, tried } = unnoticed(log);
    expect(missed).toEqual([]);
    expect(columns).toEqual(columnsOf(log));
    expect(tried).toBeGreaterThan(300);
    expect(isSound(log)).toBe(true);
  });
});
