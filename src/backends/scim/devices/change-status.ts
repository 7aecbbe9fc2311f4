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
import { devicePath, loadDevice, noDevice, showDevice } from './find-device.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/**
 * Takes a device to the status that the transition names, and reads it again: what the server echoes proves nothing.
 * A lock is left for enabled by a device that was ever used, else for created: the server does not say what it was.
 */
export async function changeStatus(remote: ScimRemote, id: string, to: Transition, origin: Origin): Promise<Device> {
  const before = await loadDevice(remote, id);
  return patchStatus(remote, before, targetOf(before.device, to), `the ${to} of device ${id}`, origin);
}

/** Writes a status from whatever the device is in, and reads it again. */
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
  // A device that is there already is told so whatever changes besides: the server keeps that it was meant, and why.
  const answer = await send(status === undefined ? undefined : before.version);
  if (answer.status === 404) throw noDevice(id);
  const after = await readBack(remote, id, change);
  if (after.status === wanted) {
    // What has changed the version may have been a try of ours whose answer was lost, or somebody who meant the same.
    if (answer.status === 412 && remote.keepsOrigin) await send(undefined);
    return after;
  }
  if (answer.status === 412) throw changedMeanwhile(after);
  throw notChanged(before.device, after);
}

/** An entity-tag of RFC 9110 section 8.8.3, in ASCII; anything else could not stand in a header. */
const ENTITY_TAG = /^(?:W\/)?"[!#-~]*"$/;

/** The precondition of a change: that nobody else has changed the device, where the server has versions. */
export function ifMatch(version: string | undefined): Readonly<Record<string, string>> {
  const tag = entityTagOf(version);
  return tag === undefined ? {} : { 'if-match': tag };
}

/** A version as what it may be sent as; undefined for none. */
export function entityTagOf(version: string | undefined): string | undefined {
  return version !== undefined && ENTITY_TAG.test(version) ? version : undefined;
}

/** The one form of a change of status that every server understands. */
export function statusPatch(value: DeviceStatus): object {
  return { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'status', value }] };
}

/** The status to set; undefined when the device has it. Errors: `status-forbids`. */
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

async function readBack(remote: ScimRemote, id: string, change: { what: string; look: string }): Promise<Device> {
  try {
    return (await loadDevice(remote, id)).device;
  } catch (error) {
    if (error instanceof OtpctlError && error.code === 'device-not-found') throw error;
    throw unknownOutcome(change.what, change.look, error);
  }
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
