import type { Origin } from '../../../domain/audit/origin.ts';
import type { Device } from '../../../domain/device/device.ts';
import { DEVICE_STATUSES, type DeviceStatus, statusWord } from '../../../domain/device/device.ts';
import { type Transition, transition } from '../../../domain/device/lifecycle.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { unknownOutcome } from '../transport/failures.ts';
import type { RemoteDevice } from './device-resource.ts';
import { devicePath, findDevice, loadAfter, loadDevice, noDevice, showDevice } from './find-device.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/**
 * Takes a device to the status that a transition leads to, and reads it again, since the answer to the change proves
 * nothing. The server does not say what a locked device was before: one that was ever used is unlocked to enabled, any
 * other to created.
 */
export async function changeStatus(remote: ScimRemote, id: string, to: Transition, origin: Origin): Promise<Device> {
  const before = await loadDevice(remote, id);
  return patchStatus(remote, before, targetOf(before.device, to), `the ${to} of device ${id}`, origin);
}

/** Sets a status, whatever it is now, and reads the device again. */
export async function writeStatus(
  remote: ScimRemote,
  id: string,
  status: DeviceStatus,
  origin: Origin,
): Promise<Device> {
  const before = await loadDevice(remote, id);
  const wanted = before.device.status === status ? undefined : status;
  return patchStatus(remote, before, wanted, `the change of device ${id} to ${statusWord(status)}`, origin);
}

async function patchStatus(
  remote: ScimRemote,
  before: RemoteDevice,
  status: DeviceStatus | undefined,
  what: string,
  origin: Origin,
): Promise<Device> {
  const { id } = before.device;
  if (status === undefined && !remote.keepsOrigin) return before.device;
  const wanted = status ?? before.device.status;
  const change = { what, look: showDevice(id) };
  const send = (version: string | undefined) =>
    remote.transport.send({
      method: 'PATCH',
      path: devicePath(id),
      body: statusPatch(wanted),
      headers: { ...ifMatch(version), ...remote.headersOf(origin) },
      repeat: 'change',
      accept: [200, 204, 404, 412],
      change,
    });
  // Without a change of status the version does not matter: the request is sent only so that the server logs it.
  const answer = await send(status === undefined ? undefined : before.version);
  if (answer.status === 404) throw noDevice(id);
  const after = await loadAfter(remote, id, change);
  if (after.status === wanted) {
    // The version may have changed by an earlier try of this change whose answer was lost, or by somebody's same change.
    if (answer.status === 412 && remote.keepsOrigin) await send(undefined);
    return after;
  }
  if (answer.status === 412) throw changedMeanwhile(after);
  throw notChanged(before.device, after);
}

/** Deletes a device; the request is never repeated. Errors: `device-not-found`. */
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
  // A gateway that shows a login page answers 200 to everything.
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

/** An entity tag (RFC 9110 section 8.8.3), in ASCII only: nothing else may be put into a header. */
const ENTITY_TAG = /^(?:W\/)?"[!#-~]*"$/;

/** The header by which a change is refused if somebody else changed the device; none where there are no versions. */
export function ifMatch(version: string | undefined): Readonly<Record<string, string>> {
  const tag = entityTagOf(version);
  return tag === undefined ? {} : { 'if-match': tag };
}

/** A version that may be sent as an entity tag; undefined for any other. */
export function entityTagOf(version: string | undefined): string | undefined {
  return version !== undefined && ENTITY_TAG.test(version) ? version : undefined;
}

/** A change of status, in the form that every server understands. */
export function statusPatch(value: DeviceStatus): object {
  return { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'status', value }] };
}

/** The status to set; undefined if the device has it already. Errors: `status-forbids`. */
function targetOf(device: Device, to: Transition): DeviceStatus | undefined {
  if (!DEVICE_STATUSES.includes(device.status)) {
    if (to === 'enable') return 'V';
    if (to === 'disable') return 'D';
    throw new OtpctlError(
      'status-forbids',
      `device ${printable(device.name)} has the status "${printable(device.status)}", which nobody knows here`,
      `disable it with  ${commandLine(['device', 'disable', device.id])}`,
    );
  }
  const wasUsed = device.lastUsed !== undefined;
  return transition({ ...device, statusBeforeLock: wasUsed ? 'V' : 'C' }, to)?.status;
}

function notChanged(before: Device, after: Device): OtpctlError {
  if (after.status !== before.status) return changedMeanwhile(after);
  return new OtpctlError(
    'protocol',
    `the server took the change and device ${printable(after.name)} is still ${statusWord(after.status)}`,
    'look at the log of the server',
  );
}

function changedMeanwhile({ id, name, status }: Device): OtpctlError {
  return new OtpctlError(
    'changed-meanwhile',
    `device ${printable(name)} was changed by somebody else meanwhile and is ${printable(statusWord(status))}`,
    `look at it with  ${showDevice(id)}`,
  );
}
