import { compareIds } from '../../domain/device/compare-ids.ts';
import type { Device } from '../../domain/device/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { commandLine } from '../../domain/text/command-line.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Context } from '../context.ts';
import { type ByUser, devicesOfUser, namedDevice, noDeviceOf } from './named-devices.ts';

interface Asked extends ByUser {
  readonly ifEnrolled?: boolean;
}

/**
 * The device to challenge or verify: the named one; of a user the one with a challenge under way, else the newest
 * enabled one. Undefined, after a notice, for a user who never confirmed a device, where that was said to be fine.
 * Errors: `device-not-found`, `no-enabled-device`.
 */
export async function usableDevice(
  context: Context,
  backend: Backend,
  name: string | undefined,
  by: Asked,
): Promise<Device | undefined> {
  const { user, type, ifEnrolled } = by;
  if (ifEnrolled && user === undefined) throw new OtpctlError('usage', '--if-enrolled goes with --user');
  if (user === undefined || name !== undefined) return namedDevice(context, backend, name, by);
  const challenged = await backend.challenged(user, type);
  if (challenged !== undefined) return challenged;
  // After the challenges, so that a device that was confirmed meanwhile is seen as what it is.
  const all = await devicesOfUser(backend, ifEnrolled ? { user } : by);
  const devices = all.filter((device) => type === undefined || device.type === type);
  const newest = devices
    .filter(({ status }) => status === 'V')
    .sort((a, b) => b.created - a.created || compareIds(b.id, a.id))[0];
  if (newest !== undefined) return newest;
  if (ifEnrolled && (await neverEnrolled(backend, user, all))) {
    await context.print.notice(`notice: user "${user}" has no ${all.length === 0 ? '' : 'enabled '}device`);
    return undefined;
  }
  if (devices.length === 0) throw noDeviceOf(by);
  const message = `user "${user}" has no enabled ${type ?? ''}${type ? ' ' : ''}device`;
  throw new OtpctlError('no-enabled-device', message, `see them with  ${commandLine(['device', 'list'], { user })}`);
}

/**
 * Whether a user, with all the devices of them there are, never confirmed one. A locked device is one that was tried too
 * often, a disabled one somebody took away: neither may open the door. Nor may a name that nobody knows.
 */
async function neverEnrolled(backend: Backend, user: string, all: readonly Device[]): Promise<boolean> {
  if (all.length === 0) return (await backend.users?.find(user)) !== undefined;
  // At some servers a device stays created after its first code (HOTP at Soffid): that it was used says it.
  return all.every(({ status, lastUsed }) => status === 'C' && lastUsed === undefined);
}
