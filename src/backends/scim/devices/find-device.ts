import type { Device } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { SEE_VERBOSE, unknownOutcome } from '../transport/failures.ts';
import { pathSegment } from './answer-members.ts';
import { type RemoteDevice, readDevice } from './device-resource.ts';

/** A device; undefined if there is none. */
export async function findDevice(remote: ScimRemote, id: string): Promise<RemoteDevice | undefined> {
  if (!remote.isId(id)) return undefined;
  const answer = await remote.transport.send({
    method: 'GET',
    path: devicePath(id),
    repeat: 'read',
    accept: [200, 404],
  });
  if (answer.status === 404) return undefined;
  if (answer.json === undefined) {
    throw new OtpctlError(
      'protocol',
      'the server answered with a device that cannot be read, or is cut off',
      SEE_VERBOSE,
    );
  }
  const found = readDevice(answer.json, remote.readTime);
  if (found.device.id !== id) {
    throw new OtpctlError(
      'protocol',
      `the server was asked for device ${id} and answered with ${printable(found.device.id)}`,
    );
  }
  const version = found.version ?? answer.headers['etag'];
  return { ...found, ...(typeof version === 'string' && { version }) };
}

/** A device that must be there. Errors: `device-not-found`. */
export async function loadDevice(remote: ScimRemote, id: string): Promise<RemoteDevice> {
  const found = await findDevice(remote, id);
  if (found === undefined) throw noDevice(id);
  return found;
}

/** A device as it is after a change. Errors: `device-not-found`; `outcome-unknown` if it cannot be read. */
export async function loadAfter(
  remote: ScimRemote,
  id: string,
  change: { readonly what: string; readonly look: string },
): Promise<Device> {
  try {
    return (await loadDevice(remote, id)).device;
  } catch (error) {
    if (error instanceof OtpctlError && error.code === 'device-not-found') throw error;
    throw unknownOutcome(change.what, change.look, error);
  }
}

export function noDevice(id: string): OtpctlError {
  return new OtpctlError('device-not-found', `there is no device ${printable(id)}`);
}

/** The command that shows a device, for a hint; quoted, since the id may be anything. */
export function showDevice(id: string): string {
  return commandLine(['device', 'show', id]);
}

export function devicePath(id: string): string {
  return `/OtpDevice/${pathSegment(id)}`;
}
