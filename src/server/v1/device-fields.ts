import {
  DEVICE_TYPES,
  type Device,
  type DeviceDetails,
  parseDeviceType,
  parseStatus,
} from '../../domain/device/device.ts';
import { invalid } from '../../domain/errors.ts';
import { toIso } from '../../domain/instant.ts';
import { parsed } from './fields.ts';

/** A device as every output of otpctl writes it. */
export function deviceJson(device: Device | DeviceDetails): Record<string, unknown> {
  const { lastUsed } = device;
  return {
    ...device,
    created: toIso(device.created),
    ...(lastUsed !== undefined && { lastUsed: toIso(lastUsed) }),
  };
}

export const deviceType = parsed((word) => {
  const type = parseDeviceType(word);
  if (type === undefined) throw invalid(`the types are ${DEVICE_TYPES.join(', ')}`);
  return type;
});

export const deviceStatus = parsed((word) => {
  const status = parseStatus(word);
  if (status === undefined) throw invalid('the statuses are C, V, L and D');
  return status;
});
