import type { DeviceType } from '../device/device.ts';
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
