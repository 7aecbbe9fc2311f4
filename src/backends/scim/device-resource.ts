import { type Device, type DeviceStatus, type DeviceType, parseDeviceType } from '../../domain/device.ts';
import { OtpctlError } from '../../domain/errors.ts';
import { printable } from '../../domain/printable.ts';
import { SEE_VERBOSE } from './failures.ts';
import type { ReadTime } from './zone-time.ts';

/** A device as a server has it, and what goes with its next change. */
export interface RemoteDevice {
  readonly device: Device;
  /** The ETag, where the server has them. */
  readonly version?: string;
  /** Why its times cannot be read; they are left out. */
  readonly unreadable?: string;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads a resource. A type or a status that nobody knows comes through as it is; `E` is enabled. Errors: `protocol` for
 * what is no device: without an id, a user or a name, or with a time that cannot be read, which must not pass for none.
 */
export function readDevice(resource: unknown, readTime: ReadTime): RemoteDevice {
  if (typeof resource !== 'object' || resource === null) throw malformed('something that is no resource');
  const members = resource as Members;
  const meta = (members['meta'] ?? {}) as Members;
  const id = idOf(members, meta);
  const created = timeOf(members['created'] ?? meta['created'], id, 'created', readTime);
  if (created === undefined) throw malformed(`device ${printable(id)} without the time of its creation`);
  const lastUsed = timeOf(members['lastUsed'], id, 'lastUsed', readTime);
  const version = meta['version'];
  const device = {
    id,
    name: textOf(members['name']) ?? '',
    type: typeOf(members['type']),
    user: textOf(members['user']) ?? '',
    status: statusOf(members['status']),
    created,
    ...(lastUsed !== undefined && { lastUsed }),
    fails: Number(members['fails'] ?? 0) || 0,
    ...contactOf(members),
  };
  return { device, ...(typeof version === 'string' && { version }) };
}

/** The same, but for a device whose times cannot be read: it then says why. Errors: `protocol` for all that is no device. */
export function readDeviceLeniently(resource: unknown, readTime: ReadTime): RemoteDevice {
  try {
    return readDevice(resource, readTime);
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    const { device } = readDevice(resource, (value) => readTime(value) ?? 0);
    const { lastUsed: _, ...rest } = device;
    return { device: rest, unreadable: error.message };
  }
}

/** The id; where it was left out, the end of the resource's own address says which it is. */
function idOf(members: Members, meta: Members): string {
  const id = members['id'];
  if (typeof id === 'string' && id !== '') return id;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  const end = /\/OtpDevice\/([^/?#]+)$/.exec(String(meta['location'] ?? ''))?.[1];
  if (end === undefined) throw malformed('a device without an id');
  return decodeURIComponent(end);
}

function typeOf(value: unknown): DeviceType {
  const text = textOf(value) ?? '';
  return parseDeviceType(text) ?? (text as DeviceType);
}

function statusOf(value: unknown): DeviceStatus {
  const text = textOf(value) ?? '';
  return (text === 'E' ? 'V' : text) as DeviceStatus;
}

function contactOf(members: Members): Pick<Device, 'email' | 'phone'> {
  const [email, phone] = [textOf(members['email']), textOf(members['phone'])];
  return { ...(email !== undefined && { email }), ...(phone !== undefined && { phone }) };
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return String(value);
}

function timeOf(value: unknown, id: string, name: string, readTime: ReadTime): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const time = readTime(value);
  if (time !== undefined) return time;
  throw malformed(`"${printable(String(value).slice(0, 60))}" as ${name} of device ${printable(id)}`);
}

function malformed(what: string): OtpctlError {
  return new OtpctlError('protocol', `the server answered with ${what}`, SEE_VERBOSE);
}
