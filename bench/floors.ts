// What a verification cannot do without, with nothing around it.
import { createHmac, type KeyObject } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

/** Transactions until a write-ahead log is as long as it gets and is written over: until then each makes it longer. */
const FULL_LOG = 1_100;

/** A connection as durable as the store's. */
export function openDurable(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF');
  return database;
}

/** The least durable transaction: one row of one table is updated. */
export function createBareTransaction(path: string): { run(): void; close(): void } {
  const database = openDurable(path);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT');
  database.exec('INSERT INTO t VALUES (1, 0)');
  const begin = database.prepare('BEGIN IMMEDIATE');
  const update = database.prepare('UPDATE t SET n = n + 1 WHERE id = 1');
  const commit = database.prepare('COMMIT');
  const run = () => {
    begin.run();
    update.run();
    commit.run();
  };
  for (let count = 0; count < FULL_LOG; count++) run();
  return { run, close: () => database.close() };
}

/** The codes of so many steps: an HMAC each, dynamically truncated to six digits (RFC 4226 section 5.3). */
export function bareCodes(key: KeyObject, steps: number): readonly string[] {
  const codes: string[] = [];
  const counter = Buffer.alloc(8);
  for (let step = 0; step < steps; step++) {
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac('sha1', key).update(counter).digest();
    const bits = mac.readUInt32BE((mac[19] ?? 0) & 15) & 0x7fffffff;
    codes.push(String(bits % 1_000_000).padStart(6, '0'));
  }
  return codes;
}
