import type { DeviceRecord } from '../../domain/device/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { DeviceReader } from '../../ports/store/device-reader.ts';

/** The record of a device that must be there. Errors: `device-not-found`. */
export function loadDevice(reader: DeviceReader, id: string): DeviceRecord {
  const record = reader.find(id);
  if (record === undefined) throw new OtpctlError('device-not-found', `there is no device ${id}`);
  return record;
}
