// A store of before users had ids is brought to the newest schema, against one UPDATE of the same rows.
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempDisposableSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { environmentOf } from './local-backend.ts';
import { median, medianRatio } from './median.ts';
import { figure, textTable } from './text-table.ts';

const DEVICES = 1_000_000;
const USERS = 300_000;
const ROUNDS = 3;
/** The last schema in which users had no ids. */
const OLD = join(import.meta.dirname, '../test/store/schemas/schema-7.db');

const program = join(import.meta.dirname, '../bin/otpctl.js');
const bare = join(import.meta.dirname, 'bare-user-ids.ts');
using folder = mkdtempDisposableSync(join(tmpdir(), 'otpctl-bench-'));
const start = join(folder.path, 'start.db');
const copy = join(folder.path, 'copy.db');
makeOld();

interface Run {
  readonly milliseconds: number;
  /** The most memory that the process ever had, in MiB. */
  readonly peak: number;
}

const runs = { bare: [] as Run[], migration: [] as Run[] };
for (let round = 0; round < ROUNDS; round++) {
  runs.bare.push(await run([bare, copy, String(USERS)], `${USERS}\n`));
  runs.migration.push(
    await run([program, 'store', 'migrate', '--columns', 'from', '-o', 'jsonl', '--store', copy], '{"from":7}\n'),
  );
}

const times = (of: readonly Run[]) => of.map(({ milliseconds }) => milliseconds);
const row = (title: string, of: readonly Run[]) => [
  title,
  figure(median(times(of))),
  medianRatio(times(of), times(runs.bare)).toFixed(2),
  figure(median(of.map(({ peak }) => peak))),
];
console.log(
  `migration: medians of ${ROUNDS} rounds, ${DEVICES.toLocaleString('en')} devices of ${USERS.toLocaleString('en')} users, whole process, Node ${process.versions.node}\n`,
);
console.log(
  textTable(
    ['', 'ms', 'ratio', 'peak MiB'],
    [row('one UPDATE of the same rows', runs.bare), row('otpctl store migrate', runs.migration)],
  ),
);

/** An old store of so many devices: those of a user lie anywhere in it. */
function makeOld(): void {
  copyFileSync(OLD, start);
  chmodSync(start, 0o600);
  const database = new DatabaseSync(start);
  database.exec(`
    PRAGMA synchronous = OFF;
    BEGIN IMMEDIATE;
    DELETE FROM devices;
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${DEVICES})
    INSERT INTO devices (id, name, name_fold, type, user, user_fold, status, created, modified, last_used, digits,
                         algorithm, period, secret, key_id)
    SELECT i, printf('TOTP%08d', i), printf('totp%08d', i), 'TOTP', printf('User%07d', i * 7919 % ${USERS}),
           printf('user%07d', i * 7919 % ${USERS}), iif(i % 7 = 0, 'C', 'V'), 1500000000 + i % 1000, 1600000000,
           iif(i % 9 = 0, NULL, 1600000000 + i), 6, 'SHA1', 30, randomblob(48), '0123456789abcdef'
    FROM n;
    UPDATE store SET next_device_id = ${DEVICES + 1};
    COMMIT;
    PRAGMA wal_checkpoint(TRUNCATE);
  `);
  database.close();
}

/** Runs a program on a copy of the old store, watches the most memory that it had, and looks at what it says. */
function run(argv: readonly string[], expected: string): Promise<Run> {
  for (const name of readdirSync(folder.path)) {
    if (name.startsWith('copy.db')) rmSync(join(folder.path, name));
  }
  copyFileSync(start, copy);
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, argv, {
      env: environmentOf(folder.path),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let [output, peak] = ['', 0];
    const watch = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid));
    }, 20);
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    child.on('close', (exit) => {
      const milliseconds = performance.now() - began;
      clearInterval(watch);
      if (exit === 0 && output === expected) resolve({ milliseconds, peak });
      else reject(new Error(`${argv.join(' ')} exited with ${exit}: ${output}`));
    });
  });
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
