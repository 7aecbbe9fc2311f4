import { compareIds, type Device, type DeviceType } from './device.ts';

/** Which device of a user is meant, where none was named. */
export type DeviceChoice =
  | { readonly kind: 'one'; readonly device: Device }
  /** Any of these could be meant: somebody has to choose. */
  | { readonly kind: 'several'; readonly devices: readonly Device[] }
  | { readonly kind: 'none' }
  /** There are devices, and none that is enabled. */
  | { readonly kind: 'none-enabled' };

/** The device to change: the only one that the user has. */
export function deviceToChange(devices: readonly Device[]): DeviceChoice {
  const [device, ...more] = devices;
  if (device === undefined) return { kind: 'none' };
  return more.length === 0 ? { kind: 'one', device } : { kind: 'several', devices };
}

interface Candidates {
  /** The device with the newest challenge that can still be answered. */
  readonly challenged: Device | undefined;
  /** All of the user's. */
  readonly devices: readonly Device[];
  /** Only devices of this type are meant. */
  readonly type: DeviceType | undefined;
}

/** The device whose code is asked for: the one that was challenged, else the newest that is enabled. */
export function deviceForCode({ challenged, devices, type }: Candidates): DeviceChoice {
  if (challenged !== undefined) return { kind: 'one', device: challenged };
  const ofType = devices.filter((device) => type === undefined || device.type === type);
  const [newest] = ofType
    .filter(({ status }) => status === 'V')
    .sort((a, b) => b.created - a.created || compareIds(b.id, a.id));
  if (newest !== undefined) return { kind: 'one', device: newest };
  return { kind: ofType.length === 0 ? 'none' : 'none-enabled' };
}

/**
 * Whether a user never confirmed any of their devices, which are all of them. A locked device was tried too often, and a
 * disabled one somebody took away: neither counts as one that was never confirmed.
 */
export function neverConfirmed(devices: readonly Device[]): boolean {
  // At some servers a device stays created after its first code (HOTP at Soffid): that it was used says it.
  return devices.every(({ status, lastUsed }) => status === 'C' && lastUsed === undefined);
}
