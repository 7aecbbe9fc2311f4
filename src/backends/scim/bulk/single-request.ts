import type { Origin } from '../../../domain/audit/origin.ts';
import { statusWord } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { BatchAnswer, BatchChange, Pacing } from '../../../ports/bulk/batches.ts';
import { ifMatch, statusPatch } from '../devices/change-device.ts';
import { devicePath, showDevice } from '../devices/find-device.ts';
import type { ScimRemote } from '../scim-remote.ts';

/** Changes one device by a request. What the server says of it proves nothing: it is `told`. */
export async function changeSingly(
  remote: ScimRemote,
  { id, to, version }: BatchChange,
  pacing: Pacing,
  origin: Origin,
): Promise<BatchAnswer> {
  const headers = remote.headersOf(origin);
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
      again: () => pacing.wait(1),
    });
    const doubtful = tries > 1;
    if (status === 404) return { id, said: 'missing', doubtful };
    return { id, said: status === 412 ? 'refused' : 'told', doubtful };
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    return { id, said: 'failed', doubtful: error.code === 'outcome-unknown', error };
  }
}
