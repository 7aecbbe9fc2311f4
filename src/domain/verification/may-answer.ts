import type { DeviceRecord } from '../device/device.ts';
import { refuseBarred } from '../device/lifecycle.ts';
import { OtpctlError } from '../errors.ts';
import { commandLine } from '../text/command-line.ts';
import type { User } from '../user.ts';
import type { Rejection } from './verification.ts';

/** Why no code of a device is good now, whatever it is. */
type Bar = Extract<Rejection, 'device locked' | 'device disabled' | 'user removed' | 'user inactive' | 'resync needed'>;

export type Standing = { readonly may: true } | { readonly may: false; readonly why: Bar };

/**
 * Whether a code of a device is looked at now: every verification asks this, and nothing else. `owner` is whose it is;
 * undefined where that user was removed.
 */
export function mayAnswer(
  { status, resyncNeeded }: Pick<DeviceRecord, 'status' | 'resyncNeeded'>,
  owner: Pick<User, 'active'> | undefined,
): Standing {
  if (status === 'L') return barred('device locked');
  if (status === 'D') return barred('device disabled');
  if (owner === undefined) return barred('user removed');
  if (!owner.active) return barred('user inactive');
  if (resyncNeeded) return barred('resync needed');
  return { may: true };
}

function barred(why: Bar): Standing {
  return { may: false, why };
}

/**
 * Refuses (`status-forbids`) what is not done with a device that may not answer; `done` says what: `challenged`. One that
 * needs a resync is not refused: to have one, it must be let.
 */
export function refuseSilenced(device: DeviceRecord, owner: Pick<User, 'active'> | undefined, done: string): void {
  refuseBarred(device, done);
  const standing = mayAnswer(device, owner);
  if (standing.may || standing.why === 'resync needed') return;
  const { id, name, user } = device;
  if (owner === undefined) {
    throw new OtpctlError(
      'status-forbids',
      `device ${name} is of a user "${user}" who was removed, and cannot be ${done}`,
      `delete it with  ${commandLine(['device', 'delete', id])}`,
    );
  }
  throw new OtpctlError(
    'status-forbids',
    `user "${user}" is not active, and device ${name} cannot be ${done}`,
    `make the user active with  ${commandLine(['user', 'set', user], { active: 'true' })}`,
  );
}
