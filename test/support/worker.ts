// A process of a test: opens a store through the composition root, and verifies. Its one argument is a JSON object; its answer is a line of JSON. It is bundled before it is run.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { openLocal } from '../../src/compose/local.ts';
import { createOpenContext } from '../../src/compose/open-context.ts';

export interface WorkerTask {
  readonly store: string;
  readonly verify?: { readonly id: string; readonly code: string };
  /** Verify the first HOTP code of one device after another until a file is there, or its folder is gone, and count the answers. */
  readonly verifyMany?: {
    readonly from: number;
    readonly step: number;
    readonly code: string;
    readonly untilFile: string;
  };
  /** Wait until this moment (milliseconds), so that many start at once. */
  readonly startAt?: number;
}

const task = JSON.parse(process.argv[2] ?? '{}') as WorkerTask;
const origin = { actor: 'worker' };

const by = createOpenContext(process.env, {}, { origin, trace: () => {}, notice: () => {} });
const { backend } = await openLocal({ store: task.store }, {}, by);
if (task.startAt !== undefined) await new Promise((resolve) => setTimeout(resolve, (task.startAt ?? 0) - Date.now()));

let answer: unknown;
if (task.verify) answer = await backend.verify(task.verify.id, task.verify.code, origin);
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
