// A rotation of the keys of a large store, against bare AES-GCM over the same rows.
import { spawn } from 'node:child_process';
import { mkdtempDisposableSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSealedDevices } from '../test/support/sealed-store.ts';
import { environmentOf, openLocal } from './local-backend.ts';
import { median, medianRatio } from './median.ts';
import { figure, textTable } from './text-table.ts';

const DEVICES = 100_000;
const ROUNDS = 5;

const program = join(import.meta.dirname, '../bin/otpctl.js');
const bare = join(import.meta.dirname, 'bare-reseal.ts');
using folder = mkdtempDisposableSync(join(tmpdir(), 'otpctl-bench-'));
const store = join(folder.path, 'store.db');
(await openLocal({ home: folder.path, store, create: true })).close();
const keys = join(folder.path, '.config/otpctl/keys');
const keyFile = join(keys, readdirSync(keys)[0] ?? '');
addSealedDevices(store, keyFile, DEVICES, Buffer.from('12345678901234567890'));

interface Run {
  readonly milliseconds: number;
  /** The most memory that the process ever had, in MiB. */
  readonly peak: number;
}

const runs = { bare: [] as Run[], rotation: [] as Run[] };
for (let round = 0; round < ROUNDS; round++) {
  runs.bare.push(await run([bare, store, keyFile], `${DEVICES}\n`));
  const rotation = ['store', 'key', 'rotate', '--yes', '--columns', 'sealed', '-o', 'jsonl', '--store', store];
  runs.rotation.push(await run([program, ...rotation], `{"sealed":${DEVICES}}\n`));
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
  `rotation: medians of ${ROUNDS} rounds, ${DEVICES.toLocaleString('en')} devices, whole process, Node ${process.versions.node}\n`,
);
console.log(
  textTable(
    ['', 'ms', 'ratio', 'at most', 'peak MiB'],
    [row('AES-GCM over the same rows', runs.bare, ''), row('otpctl store key rotate', runs.rotation, '3.00')],
  ),
);

/** Runs a program under this Node to its end, watches the most memory that it had, and looks at what it says. */
function run(argv: readonly string[], expected: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, argv, {
      env: environmentOf(folder.path),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, messages, peak] = ['', '', 0];
    const watch = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid));
    }, 20);
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      messages += String(chunk);
    });
    child.on('close', (exit) => {
      const milliseconds = performance.now() - start;
      clearInterval(watch);
      if (exit === 0 && output === expected) resolve({ milliseconds, peak });
      else reject(new Error(`${argv.join(' ')} exited with ${exit}: ${output}${messages}`));
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
