import { deviceForCode, neverConfirmed } from '../../domain/device/choose-device.ts';
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
 * The device to challenge or verify: the named one, or the one of a user whose code is asked for. Undefined, after a
 * notice, for a user who never confirmed a device, where that was said to be fine. Errors: `device-not-found`,
 * `no-enabled-device`.
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
  // After the challenges, so that a device that was confirmed meanwhile is seen as what it is.
  const devices = challenged === undefined ? await devicesOfUser(backend, ifEnrolled ? { user } : by) : [];
  const choice = deviceForCode({ challenged, devices, type });
  if (choice.kind === 'one') return choice.device;
  if (ifEnrolled && neverConfirmed(devices) && (await neverEnrolled(backend, user, devices))) {
    await context.print.notice(`notice: user "${user}" has no ${devices.length === 0 ? '' : 'enabled '}device`);
    return undefined;
  }
  if (choice.kind === 'none') throw noDeviceOf(by);
  const message = `user "${user}" has no enabled ${type ?? ''}${type ? ' ' : ''}device`;
  throw new OtpctlError('no-enabled-device', message, `see them with  ${commandLine(['device', 'list'], { user })}`);
}

/**
 * Whether a user is known, active, and never had a device that was confirmed: to delete a device opens no door. Of a
 * server that keeps no users, the devices that there are say all that is known.
 */
async function neverEnrolled({ users }: Backend, user: string, devices: readonly Device[]): Promise<boolean> {
  if (users === undefined) return devices.length > 0;
  const found = await users.find(user);
  return found?.active === true && found.enrolledSince === undefined;
}
