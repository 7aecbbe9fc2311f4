import { type Device, type DeviceStatus, type DeviceType, parseDeviceType } from '../../../domain/device/device.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { OTP_DEVICE_SCHEMA, OTP_DEVICE_TYPE } from '../../../domain/query/device-schema.ts';
import { printable } from '../../../domain/text/printable.ts';
import { decodedSegment, type Members, malformed, membersIn, textOrNone } from './answer-members.ts';
import type { ReadMoment, ReadTime } from './zone-time.ts';

/** A device of a server. */
export interface RemoteDevice {
  readonly device: Device;
  /** Its ETag, if the server has ETags; sent with the next change. */
  readonly version?: string;
  /** Why its times cannot be read, if so. Then `device` has none. */
  readonly unreadable?: string;
  /** The JSON that came; filters are evaluated on it. */
  readonly resource: unknown;
}

/**
 * Reads a resource. Unknown types and statuses are kept as they are; the status `E` means enabled. Errors: `protocol` for
 * what is no device, and for a time that cannot be read: it must not be taken for no time.
 */
export function readDevice(resource: unknown, readTime: ReadTime): RemoteDevice {
  const members = membersIn(resource, 'resource');
  const meta = membersIn(members['meta'] ?? {}, 'meta of a resource');
  const id = idOf(members, meta);
  const created = timeOf(members['created'] ?? meta['created'], id, 'created', readTime);
  if (created === undefined) throw malformed(`device ${printable(id)} without the time of its creation`);
  const lastUsed = timeOf(members['lastUsed'], id, 'lastUsed', readTime);
  const version = meta['version'];
  const device = {
    id,
    name: textOrNone(members['name'], 'a name') ?? '',
    type: typeOf(members['type']),
    user: textOrNone(members['user'], 'a user') ?? '',
    status: statusOf(members['status']),
    created,
    ...(lastUsed !== undefined && { lastUsed }),
    fails: Number(textOrNone(members['fails'], 'a count of fails')) || 0,
    ...contactOf(members),
  };
  return { device, resource, ...(typeof version === 'string' && { version }) };
}

/** The same, but a device whose times cannot be read is returned without them, and says why. */
export function readDeviceLeniently(resource: unknown, readTime: ReadTime): RemoteDevice {
  try {
    return readDevice(resource, readTime);
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    const { device } = readDevice(resource, (value) => readTime(value) ?? 0);
    const { lastUsed: _, ...rest } = device;
    return { device: rest, resource, unreadable: error.message };
  }
}

/** The id. Some servers leave it out: then it is the end of `meta.location`. */
function idOf(members: Members, meta: Members): string {
  const id = members['id'];
  if (typeof id === 'string' && id !== '') return wellFormed(id);
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  const { location } = meta;
  const end = typeof location === 'string' ? /\/OtpDevice\/([^/?#]+)$/.exec(location)?.[1] : undefined;
  const decoded = end === undefined ? undefined : decodedSegment(end);
  if (decoded === undefined) throw malformed('a device without an id');
  return wellFormed(decoded);
}

/** Refuses an id that is not Unicode: it cannot be put into a path, so its device could not be asked for. */
function wellFormed(id: string): string {
  if (id.isWellFormed()) return id;
  throw malformed(`device ${printable(id)}, whose id is no Unicode`);
}

function typeOf(value: unknown): DeviceType {
  const text = textOrNone(value, 'a type') ?? '';
  return parseDeviceType(text) ?? (text as DeviceType);
}

function statusOf(value: unknown): DeviceStatus {
  const text = textOrNone(value, 'a status') ?? '';
  return (text === 'E' ? 'V' : text) as DeviceStatus;
}

function contactOf(members: Members): Pick<Device, 'email' | 'phone' | 'externalId'> {
  const email = textOrNone(members['email'], 'an e-mail address');
  const phone = textOrNone(members['phone'], 'a phone number');
  const externalId = textOrNone(members['externalId'], 'an external id');
  return {
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
    ...(externalId !== undefined && { externalId }),
  };
}

/**
 * A device as filters are evaluated on it: all that the server said of it, times with fractions of seconds. Times in `meta`
 * are read only if the filter asks for them. Errors: `protocol` for a time that cannot be read.
 */
export function filterableResource(
  { device, resource }: RemoteDevice,
  readMoment: ReadMoment,
): Record<string, unknown> {
  const members = membersIn(resource, 'resource');
  const meta = membersIn(members['meta'] ?? {}, 'meta of a resource');
  const created = timeOf(members['created'] ?? meta['created'], device.id, 'created', readMoment);
  const lastUsed = timeOf(members['lastUsed'], device.id, 'lastUsed', readMoment);
  const timeIn = (name: string) => timeOf(meta[name], device.id, `meta.${name}`, readMoment);
  return {
    ...device,
    created,
    lastUsed,
    schemas: Array.isArray(members['schemas']) ? members['schemas'] : [OTP_DEVICE_SCHEMA],
    meta: {
      resourceType: meta['resourceType'] ?? OTP_DEVICE_TYPE,
      location: meta['location'],
      get created() {
        return timeIn('created') ?? created;
      },
      get lastModified() {
        return timeIn('lastModified');
      },
    },
  };
}

function timeOf(value: unknown, id: string, name: string, readTime: ReadMoment): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const time = readTime(value);
  if (time !== undefined) return time;
  const given = typeof value === 'object' ? 'something that is no text' : `"${printable(String(value).slice(0, 60))}"`;
  throw malformed(`${given} as ${name} of device ${printable(id)}`);
}
