import type { Origin } from '../../domain/origin.ts';
import { ifMatch } from './change-status.ts';
import { devicePath, loadDevice, noDevice } from './find-device.ts';
import type { ScimRemote } from './scim-remote.ts';

/** Deletes a device, once. Errors: `device-not-found`, whatever the server answers for one that is not there. */
export async function deleteDevice(remote: ScimRemote, id: string, origin: Origin): Promise<void> {
  const before = await loadDevice(remote, id);
  const answer = await remote.transport.send({
    method: 'DELETE',
    path: devicePath(id),
    headers: { ...ifMatch(before.version), ...remote.headersOf(origin) },
    repeat: 'never',
    accept: [200, 204, 404],
    change: { what: `the deletion of device ${id}`, look: `otpctl device show ${id}` },
  });
  if (answer.status === 404) throw noDevice(id);
}
