import { bundled } from './bundled.ts';
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
  const { file, remove } = await bundled('worker.ts');
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
    remove,
  };
}
