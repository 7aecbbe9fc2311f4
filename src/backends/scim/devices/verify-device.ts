import type { Device } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Verdict } from '../../../domain/verification/verification.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { unknownOutcome } from '../transport/failures.ts';
import { devicePath, loadDevice, noDevice, showDevice } from './find-device.ts';

const OPEN: readonly string[] = ['C', 'V'];

/**
 * Has the server judge a code, once. Its own word on the status is not taken: it validates locked and disabled devices,
 * and tells of a lock one attempt late. So the device is read before, and not asked if it is barred, and after.
 */
export async function verifyDevice(remote: ScimRemote, id: string, typed: string): Promise<Verdict> {
  const { device: before } = await loadDevice(remote, id);
  const code = typed.replace(/[ -]/g, '');
  // Letters and foreign digits are no code; what the server would make of them is not found out.
  if (!OPEN.includes(before.status) || !/^[0-9]+$/.test(code)) return verdict(before, false);
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
  const after = await readAfter(remote, id, change);
  return verdict(after, success && OPEN.includes(after.status));
}

async function readAfter(remote: ScimRemote, id: string, change: { what: string; look: string }): Promise<Device> {
  try {
    return (await loadDevice(remote, id)).device;
  } catch (error) {
    if (error instanceof OtpctlError && error.code === 'device-not-found') throw error;
    throw unknownOutcome(change.what, change.look, error);
  }
}

function verdict({ id, status, fails }: Device, success: boolean): Verdict {
  return { id, success, locked: status === 'L', status, fails };
}
