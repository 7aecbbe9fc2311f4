import { compareIds } from '../../../domain/device/compare-ids.ts';
import type { Device } from '../../../domain/device/device.ts';
import type { Page } from '../../../domain/device/selection.ts';
import { DEVICE_SCHEMA, deviceResource, type FilterableDevice } from '../../../domain/query/device-schema.ts';
import { foldText } from '../../../domain/user.ts';

/** Sorts as the local store does: missing values last when ascending, ties by id. */
export function sortDevices(devices: Device[], { sortBy = 'id', descending = false }: Page): Device[] {
  const direction = descending ? -1 : 1;
  if (sortBy === 'id') return devices.sort((a, b) => direction * compareIds(a.id, b.id));
  const keyed = devices.map((device) => ({ device, key: keyOf(device, sortBy) }));
  keyed.sort((a, b) => direction * compareKeys(a.key, b.key) || compareIds(a.device.id, b.device.id));
  return keyed.map(({ device }) => device);
}

type Key = number | Buffer | undefined;

/** The value of an attribute, also of one in `meta`; of texts that are compared without case, the fold. */
function keyOf(device: Device, attribute: string): Key {
  const resource: unknown = deviceResource(device as FilterableDevice);
  const value = attribute
    .split('.')
    .reduce((at, name) => (at as Readonly<Record<string, unknown>> | undefined)?.[name], resource);
  if (typeof value !== 'string') return typeof value === 'number' ? value : undefined;
  return Buffer.from(WITHOUT_CASE.has(attribute) ? foldText(value) : value);
}

const WITHOUT_CASE: ReadonlySet<string> = new Set(
  DEVICE_SCHEMA.attributes.filter(({ type, caseExact }) => type === 'string' && !caseExact).map(({ name }) => name),
);

function compareKeys(a: Key, b: Key): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return typeof a === 'number' ? a - Number(b) : Buffer.compare(a, b as Buffer);
}
