import type { Device, DeviceDetails } from '../../domain/device/device.ts';
import { toIso } from '../../domain/instant.ts';

/** A device as every output of otpctl writes it. */
export function deviceJson(device: Device | DeviceDetails): Record<string, unknown> {
  const { lastUsed } = device;
  return {
    ...device,
    created: toIso(device.created),
    ...(lastUsed !== undefined && { lastUsed: toIso(lastUsed) }),
  };
}
