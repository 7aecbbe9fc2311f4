import { DEVICE_STATUSES, DEVICE_TYPES, type Device, parseStatus, STATUS_WORDS } from '../device/device.ts';
import type { Schema } from './schema.ts';

/** The schema of a device in SCIM, as Soffid names it. */
export const OTP_DEVICE_SCHEMA = 'urn:soffid:com.soffid.iam.addons.otp.common.OtpDevice';
export const OTP_DEVICE_TYPE = 'OtpDevice';

/** What may be asked of devices: their own attributes, and the common ones of RFC 7643 section 3.1. */
export const DEVICE_SCHEMA = {
  urn: OTP_DEVICE_SCHEMA,
  attributes: [
    { name: 'id', type: 'string', caseExact: true, numeric: true },
    { name: 'externalId', type: 'string', caseExact: true },
    { name: 'name', type: 'string', caseExact: false },
    { name: 'type', type: 'string', caseExact: false, values: DEVICE_TYPES, read: (text) => text.toUpperCase() },
    { name: 'user', type: 'string', caseExact: false },
    {
      name: 'status',
      type: 'string',
      caseExact: false,
      values: DEVICE_STATUSES,
      words: STATUS_WORDS,
      read: (text) => parseStatus(text) ?? text,
    },
    { name: 'created', type: 'dateTime', caseExact: true },
    { name: 'lastUsed', type: 'dateTime', caseExact: true },
    { name: 'fails', type: 'integer', caseExact: true },
    { name: 'email', type: 'string', caseExact: false },
    { name: 'phone', type: 'string', caseExact: true },
    { name: 'schemas', type: 'string', caseExact: true, values: [OTP_DEVICE_SCHEMA] },
    { name: 'meta.resourceType', type: 'string', caseExact: true, values: [OTP_DEVICE_TYPE] },
    { name: 'meta.created', type: 'dateTime', caseExact: true },
    { name: 'meta.lastModified', type: 'dateTime', caseExact: true },
    { name: 'meta.location', type: 'string', caseExact: true },
  ],
  complex: ['meta'],
  multiValued: ['schemas'],
  secret: ['pin', 'secret', 'image', 'otpauthUri', 'authKey'],
} as const satisfies Schema;

export type DeviceFilterAttribute = (typeof DEVICE_SCHEMA.attributes)[number]['name'];

/** What the common attributes of a device are made from, besides the device. */
export interface FilterableDevice extends Device {
  readonly lastModified: number;
}

/** A device as filters see it. */
export function deviceResource(device: FilterableDevice): Record<string, unknown> {
  const { lastModified, ...attributes } = device;
  return {
    ...attributes,
    schemas: [OTP_DEVICE_SCHEMA],
    meta: {
      resourceType: OTP_DEVICE_TYPE,
      created: device.created,
      lastModified,
      location: deviceLocation(device.id),
    },
  };
}

/** Where a device is, below the base of whatever serves it. */
function deviceLocation(id: string): string {
  return `/${OTP_DEVICE_TYPE}/${id}`;
}
