import { compareIds } from '../../domain/compare-ids.ts';
import type { Device, DeviceAttribute } from '../../domain/device.ts';
import type { Page } from '../../domain/selection.ts';
import { foldText } from '../../domain/user.ts';

/** Sorts as the local store does: missing values last when ascending, ties by id. */
export function sortDevices(devices: Device[], { sortBy = 'id', descending = false }: Page): Device[] {
  const direction = descending ? -1 : 1;
  if (sortBy === 'id') return devices.sort((a, b) => direction * compareIds(a.id, b.id));
  const keyed = devices.map((device) => ({ device, key: keyOf(device, sortBy) }));
  keyed.sort((a, b) => direction * compareKeys(a.key, b.key) || compareIds(a.device.id, b.device.id));
  return keyed.map(({ device }) => device);
}

type Key = number | Buffer | undefined;
const WITHOUT_CASE: readonly DeviceAttribute[] = ['name', 'user', 'email'];

function keyOf(device: Device, attribute: DeviceAttribute): Key {
  const value = device[attribute];
  if (typeof value !== 'string') return value;
  return Buffer.from(WITHOUT_CASE.includes(attribute) ? foldText(value) : value);
}

function compareKeys(a: Key, b: Key): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return typeof a === 'number' ? a - Number(b) : Buffer.compare(a, b as Buffer);
}
