import { DEVICE_TYPES, type DeviceType } from '../device/device.ts';
import { deviceTypes } from '../device-types/index.ts';
import type { Settings } from '../settings/settings.ts';

/** The types whose devices can be used as things are set: neither switched off, nor without a channel for their codes. */
export function enabledTypes(settings: Settings): readonly DeviceType[] {
  return DEVICE_TYPES.filter((type) => {
    const { switchedOff, channels } = deviceTypes[type];
    if (switchedOff?.(settings) !== undefined) return false;
    return channels === undefined || channels.some((channel) => settings[channel].enabled);
  });
}
