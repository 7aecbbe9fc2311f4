import { statusWord } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { Run } from '../../../domain/run/run.ts';
import type { RequestPool } from '../../../http/request-pool.ts';
import type { BatchAnswer, BatchChange, Turn } from '../../../ports/bulk/batches.ts';
import { ifMatch, statusPatch } from '../devices/change-status.ts';
import { devicePath, showDevice } from '../devices/find-device.ts';
import type { ScimRemote } from '../scim-remote.ts';

/** Changes devices by a request each, so many at once. What the server says of it proves nothing: it is `told`. */
export async function changeSingly(
  remote: ScimRemote,
  changes: readonly BatchChange[],
  turn: Turn,
  { run, pool }: { readonly run: Pick<Run, 'origin' | 'options'>; readonly pool: RequestPool },
  answered: (answer: BatchAnswer) => void,
): Promise<void> {
  const headers = remote.headersOf(run.origin);
  let ended = false;
  await pool(run.options.concurrency, changes, async (change) => {
    if (ended) return;
    try {
      if (await turn.begin(1)) answered(await changeOne(remote, change, turn, headers));
      else ended = true;
    } catch (error) {
      ended = true;
      throw error;
    }
  });
}

async function changeOne(
  remote: ScimRemote,
  { id, to, version }: BatchChange,
  turn: Turn,
  headers: Readonly<Record<string, string>>,
): Promise<BatchAnswer> {
  const deletes = to === 'deleted';
  const what = deletes ? `the deletion of device ${id}` : `the change of device ${id} to ${statusWord(to)}`;
  try {
    const { status, tries } = await remote.transport.send({
      method: deletes ? 'DELETE' : 'PATCH',
      path: devicePath(id),
      body: deletes ? undefined : statusPatch(to),
      statusOnly: true,
      headers: version === undefined ? headers : { ...ifMatch(version), ...headers },
      repeat: deletes ? 'never' : 'change',
      accept: [200, 204, 404, 412],
      change: { what, look: showDevice(id) },
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
