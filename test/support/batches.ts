import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { bundled } from './bundled.ts';
import { environmentOf, storeOf } from './home.ts';

/** What is asked for; `what` is a code, or an e-mail address. */
export interface Asked {
  readonly does: 'verify' | 'lock' | 'update' | 'challenge';
  readonly id: string;
  readonly what?: string;
}

/** What a process asks for at once: at a moment (milliseconds), if one is named. */
export interface Batch {
  readonly asked: readonly Asked[];
  readonly startAt?: number;
}

/** A line that it prints: an answer, or that there are no more. */
export interface Told {
  readonly at: number | 'end';
  readonly answer: string;
}

export interface BatchProcess {
  readonly pid: number;
  /** Asks for all of it at once. Answers in the order in which it was asked. */
  ask(asked: readonly Asked[], startAt?: number): Promise<readonly string[]>;
}

/** A process that asks for much at once, bundled for all tests of a file: where it is. */
export function batchProgram(): () => string {
  let program: Awaited<ReturnType<typeof bundled>> | undefined;
  beforeAll(async () => {
    program = await bundled('batch-process.ts');
  });
  afterAll(() => program?.remove());
  return () => program?.file ?? '';
}

/** The answers in what such a process has printed, each at the place where it was asked for. */
export function toldIn(stdout: string): readonly (string | undefined)[] {
  const answers: (string | undefined)[] = [];
  for (const line of stdout.split('\n').filter(Boolean)) {
    const { at, answer } = JSON.parse(line) as Told;
    if (at !== 'end') answers[at] = answer;
  }
  return answers;
}

/** Starts one on the store of a home. It ends with the test. */
export function startBatches(
  file: string,
  home: string,
  { store = storeOf(home), environment = {} }: { store?: string; environment?: Record<string, string> } = {},
): BatchProcess {
  const child = spawn(process.execPath, [file, store], {
    env: environmentOf(home, environment),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.on('close', () => resolve()));
  onTestFinished(async () => {
    child.stdin.end();
    await exited;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    async ask(asked, startAt) {
      child.stdin.write(`${JSON.stringify({ asked, ...(startAt !== undefined && { startAt }) } satisfies Batch)}\n`);
      let stdout = '';
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error('the process ended before it had answered');
        if ((JSON.parse(String(value)) as Told).at === 'end') return toldIn(stdout).map(String);
        stdout += `${value}\n`;
      }
    },
  };
}
