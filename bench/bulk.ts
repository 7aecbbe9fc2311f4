// A bulk run on a large local store, journal and audit log included, against one UPDATE with as many rows of audit.
import { spawn } from 'node:child_process';
import { closeSync, copyFileSync, fsyncSync, mkdtempDisposableSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { environmentOf } from './local-backend.ts';
import { median, medianRatio } from './median.ts';
import { makeStore } from './synthetic-store.ts';
import { figure, textTable } from './text-table.ts';

const DEVICES = 1_000_000;
const STALE = 300_000;
const ROUNDS = 3;

const program = join(import.meta.dirname, '../bin/otpctl.js');
using folder = mkdtempDisposableSync(join(tmpdir(), 'otpctl-bench-'));
const store = join(folder.path, 'store.db');
await makeStore(folder.path, store, DEVICES);
const cutOff = cutOffOf(STALE);
const since = new Date(cutOff * 1000).toISOString();

interface Run {
  readonly milliseconds: number;
  /** The most memory that the process ever had, in MiB. */
  readonly peak: number;
  readonly output: string;
}

const runs = { bare: [] as Run[], bulk: [] as Run[], undo: [] as Run[] };
for (let round = 0; round < ROUNDS; round++) {
  runs.bare.push(await run([join(import.meta.dirname, 'bare-update.ts'), copy(), String(cutOff)]));
  const target = copy();
  const options = ['--store', target, '--yes', '-o', 'jsonl'];
  const guards = ['--max', String(STALE * 2), '--max-percent', '50'];
  const ours = await run([program, 'bulk', 'disable-stale', '--unused-since', since, ...guards, ...options]);
  const changed = ours.output.split('"outcome":"changed"').length - 1;
  if (changed !== Number(runs.bare.at(-1)?.output) - 1) throw new Error(`${changed} devices were changed`);
  runs.bulk.push({ ...ours, output: '' });
  runs.undo.push({ ...(await run([program, 'bulk', 'undo', '1', ...options])), output: '' });
}

const times = (of: readonly Run[]) => of.map(({ milliseconds }) => milliseconds);
const row = (title: string, of: readonly Run[], target: string) => [
  title,
  figure(median(times(of))),
  medianRatio(times(of), times(runs.bare)).toFixed(2),
  target,
  figure(median(of.map(({ peak }) => peak))),
];
console.log(
  `bulk: medians of ${ROUNDS} rounds, ${STALE.toLocaleString('en')} of ${DEVICES.toLocaleString('en')} devices, whole process, Node ${process.versions.node}\n`,
);
console.log(
  textTable(
    ['', 'ms', 'ratio', 'at most', 'peak MiB'],
    [
      row('one UPDATE, and the audit log', runs.bare, ''),
      row('otpctl bulk disable-stale', runs.bulk, '4.50'),
      row('otpctl bulk undo', runs.undo, ''),
    ],
  ),
);

/** The moment at which so many created and enabled devices are stale. */
function cutOffOf(stale: number): number {
  using database = new DatabaseSync(store);
  const sql = `SELECT last_used FROM devices WHERE last_used IS NOT NULL AND status IN ('C', 'V') ORDER BY last_used LIMIT 1 OFFSET ?`;
  return Number(database.prepare(sql).get(stale - 1)?.['last_used']);
}

function copy(): string {
  const path = join(folder.path, 'copy.db');
  copyFileSync(store, path);
  // On the disk before anything is measured: else the first to write to it pays for the copy.
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
  return path;
}

/** Runs a program under this Node to its end, and watches the most memory that it had. */
function run(argv: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, argv, {
      env: environmentOf(folder.path),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const messages: Buffer[] = [];
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid));
    }, 20);
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => messages.push(chunk));
    child.on('close', (exit) => {
      const milliseconds = performance.now() - start;
      clearInterval(watch);
      if (exit !== 0) reject(new Error(`${argv.join(' ')} exited with ${exit}: ${Buffer.concat(messages)}`));
      else resolve({ milliseconds, peak, output: Buffer.concat(output).toString() });
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
