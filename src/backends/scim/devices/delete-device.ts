import type { Origin } from '../../../domain/audit/origin.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { unknownOutcome } from '../transport/failures.ts';
import { ifMatch } from './change-status.ts';
import { devicePath, findDevice, loadDevice, noDevice, showDevice } from './find-device.ts';

/** Deletes a device, once. Errors: `device-not-found`, whatever the server answers for one that is not there. */
export async function deleteDevice(remote: ScimRemote, id: string, origin: Origin): Promise<void> {
  const before = await loadDevice(remote, id);
  const change = { what: `the deletion of device ${id}`, look: showDevice(id) };
  const answer = await remote.transport.send({
    method: 'DELETE',
    path: devicePath(id),
    headers: { ...ifMatch(before.version), ...remote.headersOf(origin) },
    repeat: 'never',
    accept: [200, 204, 404],
    change,
  });
  if (answer.status === 404) throw noDevice(id);
  // A gateway that wants to be logged in to says 200 to everything.
  if (answer.status === 200 && (await isThere(remote, id))) throw unknownOutcome(change.what, change.look);
}

async function isThere(remote: ScimRemote, id: string): Promise<boolean> {
  try {
    return (await findDevice(remote, id)) !== undefined;
  } catch (error) {
    if (error instanceof OtpctlError) return true;
    throw error;
  }
}
