import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { environmentOf } from './home.ts';
import { command, PROGRAM, type ProcessOptions, type ProcessOutcome } from './process.ts';

interface Killable {
  /** Runs the program, and kills it before its n-th step that may change a disk, counted from 1. */
  run(argv: readonly string[], killBefore: number, options: ProcessOptions): Promise<ProcessOutcome>;
  /** Runs it to its end, and counts those steps. */
  whole(argv: readonly string[], options: ProcessOptions): Promise<ProcessOutcome & { readonly steps: number }>;
}

/** The built program, or another one, as one that can be killed at any step, for all tests of a file. */
export function killable(file: () => string = () => PROGRAM): Killable {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'otpctl-killed-'));
    const entry = join(import.meta.dirname, 'kill-before.ts');
    await build({ entryPoints: [entry], outfile: join(folder, 'kill-before.mjs'), format: 'esm', target: 'node24' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (argv: readonly string[], told: Record<string, string>, options: ProcessOptions) =>
    command(process.execPath, ['--import', join(folder, 'kill-before.mjs'), file(), ...argv], {
      ...options,
      environment: { ...options.environment, ...told },
    });
  let counted = 0;
  return {
    run: (argv, killBefore, options) => run(argv, { KILL_BEFORE: String(killBefore) }, options),
    async whole(argv, options) {
      counted += 1;
      const steps = join(folder, `steps-${counted}`);
      const outcome = await run(argv, { COUNT_STEPS: steps }, options);
      return { ...outcome, steps: Number(readFileSync(steps, 'utf8')) };
    },
  };
}

/** Starts the built program, for something else than its whole output. */
export function startProgram(argv: readonly string[], { home, environment }: ProcessOptions): ChildProcess {
  const env = environmentOf(home, environment);
  return spawn(process.execPath, [PROGRAM, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

interface Ended {
  /** Null when it was killed. */
  readonly exit: number | null;
  /** The lines that it printed. */
  readonly rows: number;
  readonly stderr: string;
  /** Milliseconds until the first of them, if there was one. */
  readonly first: number | undefined;
}

/** Waits for the end of a process, and counts the rows that it prints. */
export function ended(child: ChildProcess, onRows: (rows: number) => void = () => {}): Promise<Ended> {
  const started = performance.now();
  let [rows, stderr] = [0, ''];
  let first: number | undefined;
  child.stdout?.on('data', (chunk) => {
    first ??= performance.now() - started;
    rows += String(chunk).split('\n').length - 1;
    onRows(rows);
  });
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => resolve({ exit, rows, stderr, first }));
  });
}

/** Kills a process (SIGKILL) so many milliseconds after it has printed so many rows, if any are named. */
export function killedAfter(
  child: ChildProcess,
  { rows = 0, delay }: { rows?: number; delay: number },
): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const arm = (printed: number) => {
    if (printed >= rows) timer ??= setTimeout(() => child.kill('SIGKILL'), delay);
  };
  arm(0);
  return ended(child, arm).finally(() => clearTimeout(timer));
}
