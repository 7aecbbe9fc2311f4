import { DEVICE_TYPES, type DeviceType } from '../device/device.ts';
import { OtpctlError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { commandLine } from '../text/command-line.ts';
import type { DeviceTypeRules } from './device-type.ts';
import { email } from './email.ts';
import { hotp } from './hotp.ts';
import { pin } from './pin.ts';
import { sms } from './sms.ts';
import { totp } from './totp.ts';

/** The table of device types: one file each. */
export const deviceTypes: Record<DeviceType, DeviceTypeRules> = {
  TOTP: totp,
  HOTP: hotp,
  EMAIL: email,
  SMS: sms,
  PIN: pin,
};

/** The rules of a type that a server names, which may be one that nobody knows here. */
export function typeRules(type: string): DeviceTypeRules | undefined {
  return Object.hasOwn(deviceTypes, type) ? deviceTypes[type as DeviceType] : undefined;
}

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

/** The types whose devices can be used as things are set: neither switched off, nor without a channel for their codes. */
export function enabledTypes(settings: Settings): readonly DeviceType[] {
  return DEVICE_TYPES.filter((type) => {
    const { switchedOff, channels } = deviceTypes[type];
    if (switchedOff?.(settings) !== undefined) return false;
    return channels === undefined || channels.some((channel) => settings[channel].enabled);
  });
}
