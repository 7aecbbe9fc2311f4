import {
  DEVICE_STATUSES,
  type DeviceResource,
  type DeviceStatus,
  type DeviceType,
} from '../../domain/device/device.ts';
import type { DeviceChanges, DeviceRequest } from '../../domain/device/device-changes.ts';
import { versionOf } from '../../domain/device/device-version.ts';
import { toIso } from '../../domain/instant.ts';
import { Secret } from '../../domain/secret.ts';
import type { Resource } from '../schema/resource.ts';
import type { Attributes } from '../schema/schema.ts';
import { badRequest } from '../scim-error.ts';

/** A device as a resource. */
export function deviceToResource(device: DeviceResource): Resource {
  const { id, name, type, user, status, created, lastUsed, fails, email, phone, externalId, modified } = device;
  const enrolled = toIso(created);
  const attributes: Record<string, unknown> = {};
  if (externalId !== undefined) attributes['externalId'] = externalId;
  attributes['name'] = name;
  attributes['type'] = type;
  attributes['user'] = user;
  attributes['status'] = status;
  if (email !== undefined) attributes['email'] = email;
  if (phone !== undefined) attributes['phone'] = phone;
  attributes['fails'] = fails;
  attributes['created'] = enrolled;
  if (lastUsed !== undefined) attributes['lastUsed'] = toIso(lastUsed);
  return { id, version: versionOf(device), created: enrolled, lastModified: toIso(modified), attributes };
}

/** Reads the attributes of a creation. Errors: `invalidValue` for a type that is not enabled, and for an unknown status. */
export function deviceRequest(attributes: Attributes, enabledTypes: readonly DeviceType[]): DeviceRequest {
  const { type, user, status, email, phone, externalId, pin } = attributes as Record<string, string | undefined>;
  const known = enabledTypes.find((each) => each === type);
  if (known === undefined) throw badRequest('invalidValue', `type must be one of ${enabledTypes.join(', ')}`);
  return {
    type: known,
    user: user ?? '',
    ...(status !== undefined && { status: deviceStatus(status) }),
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
    ...(externalId !== undefined && { externalId }),
    ...(pin !== undefined && { pin: Secret.ofText(pin) }),
  };
}

/**
 * The changes that lead from one state of a device to another. With `namesStatus` the status is among them even if it is
 * the same. Errors: `invalidValue`.
 */
export function deviceChanges(before: Attributes, after: Attributes, namesStatus = false): DeviceChanges {
  const text = (name: string) => (after[name] === undefined ? null : String(after[name]));
  const differs = (name: string) => before[name] !== after[name];
  return {
    ...((namesStatus || differs('status')) && { status: deviceStatus(String(after['status'])) }),
    ...(differs('email') && { email: text('email') }),
    ...(differs('phone') && { phone: text('phone') }),
    ...(differs('externalId') && { externalId: text('externalId') }),
    ...(after['pin'] !== undefined && { pin: after['pin'] === null ? null : Secret.ofText(String(after['pin'])) }),
  };
}

function deviceStatus(text: string): DeviceStatus {
  const known = DEVICE_STATUSES.find((each) => each === text);
  if (known === undefined) throw badRequest('invalidValue', `status must be one of ${DEVICE_STATUSES.join(', ')}`);
  return known;
}
