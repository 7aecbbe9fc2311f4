import { OtpctlError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { commandLine } from '../text/command-line.ts';

/** Refuses (`too-many-devices`) to enable one more device of a user who has so many enabled. */
export function refuseOneMore(user: string, enabled: number, settings: Settings): void {
  const refusal = oneTooMany(user, enabled, settings);
  if (refusal !== undefined) throw refusal;
}

/** That refusal; undefined where one more is fine. */
export function oneTooMany(
  user: string,
  enabled: number,
  { users: { maxDevices } }: Settings,
): OtpctlError | undefined {
  if (enabled < maxDevices) return undefined;
  return new OtpctlError(
    'too-many-devices',
    `${mayHave(user, maxDevices)}, and has ${enabled}`,
    `disable one of  ${commandLine(['device', 'list'], { user, status: 'enabled' })},  or raise  users.maxDevices`,
  );
}

/** The limit in words: of a device that stays what it is for it, this is why. */
export function mayHave(user: string, most: number): string {
  return `user "${user}" may have ${most} enabled ${most === 1 ? 'device' : 'devices'}`;
}
