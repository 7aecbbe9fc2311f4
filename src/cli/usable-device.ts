import { compareIds } from '../domain/compare-ids.ts';
import type { Device } from '../domain/device.ts';
import { OtpctlError } from '../domain/errors.ts';
import { shellWord } from '../domain/shell-word.ts';
import type { Backend } from '../ports/backend.ts';
import type { Context } from './context.ts';
import { type ByUser, devicesOfUser, namedDevice } from './named-devices.ts';

/**
 * The device to challenge or verify: the named one; of a user the one with a challenge under way, else the newest
 * enabled one. Undefined, after a notice, when the user has no enabled one and that was said to be fine, and none of them is locked.
 * Errors: `device-not-found`, `no-enabled-device`.
 */
export async function usableDevice(
  context: Context,
  backend: Backend,
  name: string | undefined,
  by: ByUser & { readonly ifEnrolled?: boolean },
): Promise<Device | undefined> {
  if (by.user === undefined || name !== undefined) return namedDevice(context, backend, name, by);
  const devices = await devicesOfUser(backend, by);
  const challenged = await backend.challenged(by.user, by.type);
  if (challenged !== undefined) return challenged;
  const newest = devices
    .filter(({ status }) => status === 'V')
    .sort((a, b) => b.created - a.created || compareIds(b.id, a.id))[0];
  if (newest !== undefined) return newest;
  const message = `user "${by.user}" has no enabled ${by.type ?? ''}${by.type ? ' ' : ''}device`;
  // A locked device is one that was tried too often: whoever did that must not have opened the door by it.
  if (by.ifEnrolled && !devices.some(({ status }) => status === 'L')) {
    await context.print.notice(`notice: ${message}`);
    return undefined;
  }
  throw new OtpctlError('no-enabled-device', message, `see them with  otpctl device list --user ${shellWord(by.user)}`);
}
