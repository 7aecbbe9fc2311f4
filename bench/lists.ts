// Lists of a large store: all of it as JSON lines against a bare program, and selective filters against a small store.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempDisposableSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf } from './local-backend.ts';
import { median, medianRatio } from './median.ts';
import { makeStore } from './synthetic-store.ts';
import { figure, textTable } from './text-table.ts';

const LARGE = 1_000_000;
const SMALL = 10_000;
const ROUNDS = 5;
const FILTER_ROUNDS = 15;

/** The oldest hundredth of those that were used. */
const STALE = 'lastUsed lt "2019-04-17"';
/** What is asked of the large and of the small store, and how. */
const FILTERS: readonly (readonly [title: string, large: string, small: string, ...options: string[]])[] = [
  ['user eq "x"', 'user eq "user0333333"', 'user eq "user0003333"'],
  ['id eq "5000"', 'id eq "5000"', 'id eq "5000"'],
  ['name eq "x"', 'name eq "totp00005000"', 'name eq "totp00005000"'],
  [STALE, STALE, STALE, '-o', 'jsonl'],
  [`${STALE} --count`, STALE, STALE, '--count'],
];

const program = join(import.meta.dirname, '../bin/otpctl.js');
using folder = mkdtempDisposableSync(join(tmpdir(), 'otpctl-bench-'));
const large = join(folder.path, 'large.db');
const small = join(folder.path, 'small.db');
await makeStore(folder.path, large, LARGE);
await makeStore(folder.path, small, SMALL);

interface Run {
  readonly milliseconds: number;
  /** The most memory that the process ever had, in MiB. */
  readonly peak: number;
  readonly output: string;
}

const lists = { bare: [] as Run[], jsonl: [] as Run[], json: [] as Run[], csv: [] as Run[] };
for (let round = 0; round < ROUNDS; round++) {
  const bare = await run([join(import.meta.dirname, 'bare-list.ts'), large]);
  const ours = await run([program, 'device', 'list', '-o', 'jsonl', '--store', large]);
  if (bare.output !== ours.output) throw new Error('the lists differ');
  lists.bare.push({ ...bare, output: '' });
  lists.jsonl.push({ ...ours, output: '' });
  for (const format of ['json', 'csv'] as const) {
    const { milliseconds, peak } = await run([program, 'device', 'list', '-o', format, '--store', large]);
    lists[format].push({ milliseconds, peak, output: '' });
  }
}

const times = (runs: readonly Run[]) => runs.map(({ milliseconds }) => milliseconds);
const row = (title: string, runs: readonly Run[], ratio: string, target: string) => [
  title,
  figure(median(times(runs))),
  ratio,
  target,
  figure(median(runs.map(({ peak }) => peak))),
];
console.log(
  `lists: medians of ${ROUNDS} rounds, ${LARGE.toLocaleString('en')} devices, Node ${process.versions.node}\n`,
);
console.log(
  textTable(
    ['', 'ms', 'ratio', 'at most', 'peak MiB'],
    [
      row('a bare program', lists.bare, '1.00', ''),
      ...(['jsonl', 'json', 'csv'] as const).map((format) => {
        const runs = lists[format];
        const ratio = medianRatio(times(runs), times(lists.bare)).toFixed(2);
        return row(`otpctl device list -o ${format}`, runs, ratio, format === 'jsonl' ? '1.50' : '');
      }),
    ],
  ),
);

console.log(`filters: ${LARGE.toLocaleString('en')} devices against ${SMALL.toLocaleString('en')}, whole process\n`);
const rows: string[][] = [];
for (const [title, inLarge, inSmall, ...extra] of FILTERS) {
  const [slow, fast]: [number[], number[]] = [[], []];
  for (let round = 0; round < FILTER_ROUNDS; round++) {
    fast.push((await filtered(small, inSmall, extra)).milliseconds);
    slow.push((await filtered(large, inLarge, extra)).milliseconds);
  }
  const found = (await filtered(large, inLarge, ['-q'])).output.split('\n').length - 1;
  const cells = [figure(median(fast)), figure(median(slow)), medianRatio(slow, fast).toFixed(2), '3.00', figure(found)];
  rows.push([title, ...cells, await planOf(inLarge)]);
}
console.log(textTable(['', 'small ms', 'large ms', 'ratio', 'at most', 'rows', 'plan'], rows));

function filtered(store: string, filter: string, extra: readonly string[]): Promise<Run> {
  return run([program, 'device', 'list', '--store', store, '--filter', filter, ...extra]);
}

async function planOf(filter: string): Promise<string> {
  const { output } = await filtered(large, filter, ['--explain', '-o', 'json']);
  return (JSON.parse(output) as { plan: string[] }).plan.join('; ');
}

/** Runs a program under this Node to its end, its output in a file, and watches the most memory that it had. */
function run(argv: readonly string[]): Promise<Run> {
  const file = join(folder.path, 'output');
  const output = openSync(file, 'w');
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, argv, {
      env: environmentOf(folder.path),
      stdio: ['ignore', output, 'inherit'],
    });
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid));
    }, 20);
    child.on('close', (exit) => {
      const milliseconds = performance.now() - start;
      clearInterval(watch);
      closeSync(output);
      if (exit !== 0) reject(new Error(`${argv.join(' ')} exited with ${exit}`));
      else resolve({ milliseconds, peak, output: readFileSync(file, 'utf8') });
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
