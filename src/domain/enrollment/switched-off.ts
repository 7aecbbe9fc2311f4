import type { DeviceType } from '../device/device.ts';
import { deviceTypes } from '../device-types/index.ts';
import { OtpctlError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { commandLine } from '../text/command-line.ts';

/** Refuses (`setting-forbids`) what a setting switches off; `what` is what cannot be done. */
export function refuseSwitchedOff(type: DeviceType, settings: Settings, what: string): void {
  const setting = deviceTypes[type].switchedOff?.(settings);
  if (setting === undefined) return;
  throw new OtpctlError(
    'setting-forbids',
    `${what}: ${setting} is false`,
    `allow it with  ${commandLine(['settings', 'set', `${setting}=true`])}`,
  );
}
