import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { command, type ProcessOutcome } from './process.ts';
import type { WorkerTask } from './worker.ts';

export interface Workers {
  /** Runs one worker as a process of its own. */
  run(home: string, task: WorkerTask, environment?: Record<string, string>): Promise<ProcessOutcome>;
  /** Runs many, at most `atOnce` of them at a time. */
  runAll(home: string, tasks: readonly WorkerTask[], atOnce: number): Promise<ProcessOutcome[]>;
  remove(): void;
}

/** Bundles `worker.ts` once, so that hundreds of it start in no time. */
export async function bundleWorkers(): Promise<Workers> {
  const folder = mkdtempSync(join(tmpdir(), 'otpctl-worker-'));
  const file = join(folder, 'worker.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'warning',
  });
  // The keyring is asked by a program of its own, which is looked for beside this one.
  const child = join(import.meta.dirname, '../../src/credentials/keyring-child.ts');
  writeFileSync(join(folder, 'keyring-child.mjs'), `import ${JSON.stringify(child)};\n`);
  const run = (home: string, task: WorkerTask, environment: Record<string, string> = {}) =>
    command(process.execPath, [file, JSON.stringify(task)], { home, environment });
  return {
    run,
    async runAll(home, tasks, atOnce) {
      const queue = [...tasks];
      const outcomes: ProcessOutcome[] = [];
      const lane = async () => {
        for (let task = queue.shift(); task !== undefined; task = queue.shift()) outcomes.push(await run(home, task));
      };
      await Promise.all(Array.from({ length: atOnce }, lane));
      return outcomes;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
