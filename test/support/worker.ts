// A process of a test: opens a store through the composition root, with what a test wants replaced, and verifies or
// creates. Its one argument is a JSON object; its answer is a line of JSON. It is bundled before it is run.
import childProcess from 'node:child_process';
import fs, { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { run } from '../../src/cli/run.ts';
import { compose } from '../../src/compose.ts';

export interface WorkerTask {
  readonly store: string;
  readonly verify?: { readonly id: string; readonly code: string };
  readonly create?: { readonly user: string };
  /** Run a whole command line, its bulk runs by single requests as on a remote place if so. */
  readonly line?: { readonly argv: readonly string[]; readonly remote: boolean };
  /** Verify the first HOTP code of one device after another until a file is there, or its folder is gone, and count the answers. */
  readonly verifyMany?: {
    readonly from: number;
    readonly step: number;
    readonly code: string;
    readonly untilFile: string;
  };
  /** Count what goes to the file system too, in `killBefore`. */
  readonly countFiles?: boolean;
  /** Wait until this moment (milliseconds), so that many start at once. */
  readonly startAt?: number;
  /** Kill this process before its n-th call into SQLite that writes or ends a transaction; counted from 1. */
  readonly killBefore?: number;
}

const task = JSON.parse(process.argv[2] ?? '{}') as WorkerTask;
const adapters = compose(
  { environment: process.env, uid: 0 },
  { ...(task.line?.remote && { remote: (backend) => backend }) },
);
const origin = { actor: 'worker' };

if (task.line) {
  if (task.killBefore !== undefined) killBefore(task.killBefore);
  const interruption = new AbortController().signal;
  const { stdin, stdout, stderr, env: environment } = process;
  const io = { stdin, stdout, stderr, environment, interruption };
  process.exit(await run([...task.line.argv, '--store', task.store], io, adapters, 'test'));
}

const backend = await adapters.backend({ store: task.store }, false, { origin, trace: () => {} });
if (task.startAt !== undefined) await new Promise((resolve) => setTimeout(resolve, (task.startAt ?? 0) - Date.now()));
if (task.killBefore !== undefined) killBefore(task.killBefore);

let answer: unknown;
if (task.verify) answer = await backend.verify(task.verify.id, task.verify.code, origin);
if (task.create) answer = (await backend.create({ type: 'TOTP', user: task.create.user }, origin)).device;
if (task.verifyMany) answer = await verifyMany(task.verifyMany);
backend.close();
process.stdout.write(`${JSON.stringify(answer)}\n`);

async function verifyMany({ from, step, code, untilFile }: NonNullable<WorkerTask['verifyMany']>) {
  const answers: Record<string, number> = {};
  const verified: number[] = [];
  for (let id = from; existsSync(dirname(untilFile)) && !existsSync(untilFile); id += step) {
    const result = await backend.verify(String(id), code, origin).then(
      ({ success }) => (success ? 'accepted' : 'rejected'),
      (error: { code?: string }) => error.code ?? String(error),
    );
    answers[result] = (answers[result] ?? 0) + 1;
    if (result === 'accepted') verified.push(id);
    // Few enough that a rotation finds its turn.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { answers, verified };
}

function killBefore(which: number): void {
  let calls = 0;
  const counted = (prototype: object, name: string) => {
    const original = Reflect.get(prototype, name) as (...parameters: unknown[]) => unknown;
    Reflect.set(prototype, name, function call(this: unknown, ...parameters: unknown[]) {
      calls += 1;
      if (calls === which) process.kill(process.pid, 'SIGKILL');
      return original.apply(this, parameters);
    });
  };
  counted(DatabaseSync.prototype, 'exec');
  counted(StatementSync.prototype, 'run');
  counted(StatementSync.prototype, 'get');
  if (!task.countFiles) return;
  for (const name of ['openSync', 'writeFileSync', 'fsyncSync', 'renameSync', 'rmSync']) counted(fs, name);
  counted(childProcess, 'fork');
  syncBuiltinESMExports();
}
