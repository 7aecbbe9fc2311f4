import { type AuditResult, deviceObject } from '../../domain/audit/audit.ts';
import type { AuditAction } from '../../domain/audit/audit-actions.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import { type Device, type DeviceRecord, type DeviceStatus, statusWord, visible } from '../../domain/device/device.ts';
import {
  isBarred,
  type StatusChange,
  statusChange,
  type Transition,
  transition,
} from '../../domain/device/lifecycle.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { type Contact, emailAddress } from '../../domain/enrollment/contact.ts';
import { phoneNumber } from '../../domain/enrollment/phone-number.ts';
import { invalid } from '../../domain/errors.ts';
import type { Precondition } from '../../ports/device-resources.ts';
import type { DeviceWriter } from '../../ports/store/device-writer.ts';
import { type LocalDeps, loadDevice } from './local-deps.ts';
import { changeResult, refuseOrderedSince, repeatReason, repeatResult } from './orders.ts';
import { refuseOtherVersion } from './put-device.ts';

/** Takes a device to the status that a transition leads to. If it has that already, the log may say so (`repeatResult`). */
export async function changeStatus(deps: LocalDeps, id: string, to: Transition, origin: Origin): Promise<Device> {
  return moveTo(deps, id, `device.${to}`, origin, (device) => transition(device, to));
}

/** Writes a status from whatever the device is in. If it has that already, the log may say so (`repeatResult`). */
export async function writeStatus(deps: LocalDeps, id: string, status: DeviceStatus, origin: Origin): Promise<Device> {
  return moveTo(deps, id, 'device.update', origin, (device) => statusChange(device, status));
}

async function moveTo(
  deps: LocalDeps,
  id: string,
  action: AuditAction,
  origin: Origin,
  nextOf: (device: DeviceRecord) => StatusChange | undefined,
): Promise<Device> {
  return change(deps, id, action, origin, (writer, device) => {
    refuseOrderedSince(writer, device, origin);
    const next = nextOf(device);
    if (next === undefined) return repeatResult(writer, id, statusWord(device.status), origin);
    writer.setStatus(id, next);
    // A code that was under way when the device was barred is not good after it is back.
    if (isBarred(next.status)) writer.endChallenge(id);
    return changeResult(device.status, next.status, origin);
  });
}

/** Sets the address or number of a device whose type has one, and with it the automatic name. */
export function updateContact(deps: LocalDeps, id: string, contact: Contact, origin: Origin): Promise<Device> {
  return change(deps, id, 'device.update', origin, (writer, device) => {
    const type = deviceTypes[device.type];
    if (contact.email !== undefined && !type.options.includes('email')) throw lacks(device, 'e-mail address');
    if (contact.phone !== undefined && !type.options.includes('phone')) throw lacks(device, 'phone number');
    const next: Contact = {
      ...(contact.email !== undefined && { email: emailAddress(contact.email) }),
      ...(contact.phone !== undefined && { phone: phoneNumber(contact.phone) }),
    };
    if ((next.email ?? device.email) === device.email && (next.phone ?? device.phone) === device.phone) {
      return repeatReason(writer, id, 'the same', origin);
    }
    const { email, phone } = device;
    writer.setContact(
      id,
      type.deviceName({ ...device, ...next }, () => writer.nextNumber()),
      { ...(email !== undefined && { email }), ...(phone !== undefined && { phone }), ...next },
    );
    writer.endChallenge(id);
    return 'ok';
  });
}

export function clearFails(deps: LocalDeps, id: string, origin: Origin): Promise<Device> {
  return change(deps, id, 'device.reset-fails', origin, (writer, device) => {
    if (device.fails === 0) return repeatResult(writer, id, '0', origin);
    writer.clearFails(id);
    return `ok: ${device.fails} to 0`;
  });
}

export async function removeDevice(
  deps: LocalDeps,
  id: string,
  origin: Origin,
  precondition: Precondition = {},
): Promise<void> {
  await change(deps, id, 'device.delete', origin, (writer, device) => {
    refuseOtherVersion(device, precondition);
    refuseOrderedSince(writer, device, origin);
    writer.remove(id);
    return 'ok';
  });
}

/** Loads, changes and records in one transaction. `apply` answers the result to record, or nothing for no change. */
function change(
  { store, clock }: LocalDeps,
  id: string,
  action: AuditAction,
  origin: Origin,
  apply: (writer: DeviceWriter, device: DeviceRecord) => AuditResult | undefined,
): Promise<Device> {
  return store.write((writer) => {
    const device = loadDevice(writer, id);
    const result = apply(writer, device);
    if (result === undefined) return visible(device);
    writer.append({ ...origin, time: clock.now(), action, ...deviceObject(device), result });
    return visible(writer.find(id) ?? device);
  });
}

function lacks(device: Device, what: string): Error {
  return invalid(`device ${device.name} is of type ${device.type}, which has no ${what}`);
}
