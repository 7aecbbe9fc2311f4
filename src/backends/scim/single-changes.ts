import { OtpctlError } from '../../domain/errors.ts';
import type { Origin } from '../../domain/origin.ts';
import { statusWord } from '../../domain/status-words.ts';
import type { BatchAnswer, BatchChange, Turn } from '../../ports/batches.ts';
import { ifMatch, statusPatch } from './change-status.ts';
import { devicePath } from './find-device.ts';
import type { Outlet } from './outlet.ts';
import type { ScimRemote } from './scim-remote.ts';

/** Changes devices by a request each, so many at once. What the server says of it proves nothing: it is `told`. */
export async function* changeSingly(
  remote: ScimRemote,
  changes: readonly BatchChange[],
  turn: Turn,
  { origin, concurrency, outlet }: { readonly origin: Origin; readonly concurrency: number; readonly outlet: Outlet },
): AsyncGenerator<BatchAnswer> {
  const leave = await outlet.enter();
  const waiting = [...changes];
  const answers: BatchAnswer[] = [];
  let wake = () => {};
  let lanes = 0;
  const lane = async () => {
    lanes += 1;
    try {
      while (waiting.length > 0) {
        const end = await outlet.start(concurrency);
        try {
          const next = waiting.shift();
          if (waiting.length === 0) leave();
          if (next === undefined || !(await turn.begin(1))) return;
          answers.push(await changeOne(remote, next, turn, origin));
        } finally {
          end();
        }
        wake();
      }
    } finally {
      leave();
      lanes -= 1;
      wake();
    }
  };
  const work = Promise.all(Array.from({ length: Math.min(concurrency, changes.length) }, lane));
  work.catch(() => {});
  while (lanes > 0 || answers.length > 0) {
    if (answers.length > 0) yield* answers.splice(0);
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  await work;
}

async function changeOne(
  remote: ScimRemote,
  { id, to, version }: BatchChange,
  turn: Turn,
  origin: Origin,
): Promise<BatchAnswer> {
  const deletes = to === 'deleted';
  const what = deletes ? `the deletion of device ${id}` : `the change of device ${id} to ${statusWord(to)}`;
  try {
    const { status, tries } = await remote.transport.send({
      method: deletes ? 'DELETE' : 'PATCH',
      path: devicePath(id),
      ...(!deletes && { body: statusPatch(to) }),
      headers: { ...ifMatch(version), ...remote.headersOf(origin) },
      repeat: deletes ? 'never' : 'change',
      accept: [200, 204, 404, 412],
      change: { what, look: `otpctl device show ${id}` },
      again: () => turn.again(1),
    });
    const doubtful = tries > 1;
    if (status === 404) return { id, said: 'missing', doubtful };
    return { id, said: status === 412 ? 'refused' : 'told', doubtful };
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    return { id, said: 'failed', doubtful: error.code === 'outcome-unknown', error };
  }
}
