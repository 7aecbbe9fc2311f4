import type { Device, DeviceRecord } from '../../../domain/device/device.ts';

/** A device for the rules of its life, which look at its status and name. What moves with codes, the server keeps. */
export function recordOf(device: Device): DeviceRecord {
  return { ...device, drift: 0 } as DeviceRecord;
}
