// Loaded into the built program before it starts: ends it (SIGKILL) before its n-th step that may change a disk, counted
// from 1 (`KILL_BEFORE`), or writes how many steps it took into a file (`COUNT_STEPS`).
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import sqlite, { DatabaseSync, StatementSync } from 'node:sqlite';

/** SQL that only reads, or tells SQLite how to go on: a process that is killed before it leaves what it left before. */
const READS = /^\s*(?:SELECT|EXPLAIN|PRAGMA (?!(?:application_id|user_version|journal_mode) =|wal_checkpoint))/i;
const FILES = ['mkdirSync', 'openSync', 'writeFileSync', 'writeSync', 'fsyncSync', 'linkSync', 'renameSync', 'rmSync'];

const { KILL_BEFORE: which, COUNT_STEPS: counts } = process.env;
// What the program starts is not killed with it.
delete process.env['KILL_BEFORE'];
delete process.env['COUNT_STEPS'];
let steps = 0;

type Reads = (self: unknown, parameters: readonly unknown[]) => boolean;

/** Counts the calls of a function, but for those that read. */
function count(owner: object, name: string, reads: Reads = () => false): void {
  const original = Reflect.get(owner, name) as (...parameters: unknown[]) => unknown;
  Reflect.set(owner, name, function call(this: unknown, ...parameters: unknown[]) {
    if (!reads(this, parameters)) {
      steps += 1;
      if (String(steps) === which) process.kill(process.pid, 'SIGKILL');
    }
    return original.apply(this, parameters);
  });
}

const { writeFileSync } = fs;
if (counts !== undefined) process.on('exit', () => writeFileSync(counts, String(steps)));
count(DatabaseSync.prototype, 'exec', (_, [sql]) => READS.test(String(sql)));
count(DatabaseSync.prototype, 'close');
for (const name of ['run', 'get', 'all']) {
  count(StatementSync.prototype, name, (statement) => READS.test((statement as StatementSync).sourceSQL));
}
for (const name of FILES) count(fs, name, (_, [, flags]) => name === 'openSync' && (flags ?? 'r') === 'r');
count(sqlite, 'backup');
count(childProcess, 'fork');
syncBuiltinESMExports();
