// A process of a test: opens the store that its one argument names, through the composition root. For each line of its
// input it asks for everything that the line names at once, and prints each answer, to stay, as soon as it is told. It is
// bundled before it is run.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openLocal } from '../../src/compose/local.ts';
import { createOpenContext } from '../../src/compose/open-context.ts';
import type { Asked, Batch, Told } from './batches.ts';

const origin = { actor: 'batch' };
const by = createOpenContext(process.env, {}, { origin, trace: () => {}, notice: () => {} });
const { backend } = await openLocal({ store: process.argv[2] ?? '' }, {}, by);

async function perform({ does, id, what = '' }: Asked): Promise<string> {
  if (does === 'verify') return (await backend.verify(id, what, origin)).success ? 'yes' : 'no';
  if (does === 'lock') return (await backend.transition(id, 'lock', origin)).status;
  if (does === 'update') return String((await backend.update(id, { email: what }, origin)).email);
  return `${(await backend.challenge(id, {}, origin)).positions?.length} positions`;
}

const tell = (told: Told) => writeSync(1, `${JSON.stringify(told)}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const { asked, startAt = 0 } = JSON.parse(line) as Batch;
  const wait = startAt - performance.timeOrigin - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  await Promise.all(
    asked.map(async (one, at) => {
      const answer = await perform(one).catch((error: { code?: string }) => error.code ?? String(error));
      tell({ at, answer });
    }),
  );
  tell({ at: 'end', answer: '' });
}
backend.close();
