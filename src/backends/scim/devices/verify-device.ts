import type { Device } from '../../../domain/device/device.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Verdict } from '../../../domain/verification/verification.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { unknownOutcome } from '../transport/failures.ts';
import { devicePath, loadAfter, loadDevice, noDevice, showDevice } from './find-device.ts';

/** The statuses in which a device may accept a code. */
const MAY_ACCEPT: readonly string[] = ['C', 'V'];

/**
 * Has the server verify a code; the request is never repeated. The server also accepts codes of locked and disabled devices,
 * and reports a lock one attempt late. So the device is read before, when a barred one is rejected without asking, and
 * again afterwards.
 */
export async function verifyDevice(remote: ScimRemote, id: string, typed: string): Promise<Verdict> {
  const { device: before } = await loadDevice(remote, id);
  const code = typed.replace(/[ -]/g, '');
  // Letters and digits of other scripts are rejected here: nobody knows what the server would make of them.
  if (!MAY_ACCEPT.includes(before.status) || !/^[0-9]+$/.test(code)) return verdict(before, false);
  const change = { what: `the code for device ${id}`, look: showDevice(id) };
  const answer = await remote.transport.send({
    method: 'POST',
    path: `${devicePath(id)}/responseChallenge`,
    body: { pin: code },
    repeat: 'never',
    accept: [200, 404],
    change,
    secrets: [Secret.ofText(code)],
  });
  if (answer.status === 404) throw noDevice(id);
  const { success } = (answer.json ?? {}) as { readonly success?: unknown };
  if (typeof success !== 'boolean') throw unknownOutcome(change.what, change.look);
  const after = await loadAfter(remote, id, change);
  return verdict(after, success && MAY_ACCEPT.includes(after.status));
}

function verdict({ id, status, fails }: Device, success: boolean): Verdict {
  return { id, success, locked: status === 'L', status, fails };
}
