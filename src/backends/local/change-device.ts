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
import { refuseOneMore } from '../../domain/device/max-devices.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { type Contact, emailAddress } from '../../domain/enrollment/contact.ts';
import { phoneNumber } from '../../domain/enrollment/phone-number.ts';
import { invalid } from '../../domain/errors.ts';
import { ended } from '../../domain/verification/challenge.ts';
import type { Precondition } from '../../ports/device-resources.ts';
import type { Seen } from '../../ports/store/decisions.ts';
import { type Decided, decideAbout, type LocalDeps } from './local-deps.ts';
import { changeResult, refuseOrderedSince, refuseOtherVersion, repeatReason, repeatResult } from './orders.ts';

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
  return change(deps, id, action, origin, (seen) => {
    const { device } = seen;
    refuseOrderedSince(seen, origin);
    const next = nextOf(device);
    if (next === undefined) return { result: repeatResult(seen, statusWord(device.status), origin) };
    return { result: changeResult(device.status, next.status, origin), change: toStatus(seen, next) };
  });
}

/**
 * What a change of status does to a device. A code that was under way when it is barred is not good after it is back.
 * Errors: `too-many-devices`.
 */
export function toStatus({ device, challenge, settings, enabledBeside }: Seen, next: StatusChange) {
  if (next.status === 'V' && device.status !== 'V') refuseOneMore(device.user, enabledBeside(), settings);
  const { statusBeforeLock: _, ...rest } = device;
  const { statusBeforeLock, ...moved } = next;
  return {
    device: { ...rest, ...moved, ...(statusBeforeLock !== undefined && { statusBeforeLock }) },
    ...(challenge !== undefined && isBarred(next.status) && { challenge: ended(challenge) }),
  };
}

/** Sets the address or number of a device whose type has one, and with it the automatic name. */
export function updateContact(deps: LocalDeps, id: string, contact: Contact, origin: Origin): Promise<Device> {
  return change(deps, id, 'device.update', origin, (seen) => {
    const { device, challenge } = seen;
    const type = deviceTypes[device.type];
    if (contact.email !== undefined && !type.options.includes('email')) throw lacks(device, 'e-mail address');
    if (contact.phone !== undefined && !type.options.includes('phone')) throw lacks(device, 'phone number');
    const next: Contact = {
      ...(contact.email !== undefined && { email: emailAddress(contact.email) }),
      ...(contact.phone !== undefined && { phone: phoneNumber(contact.phone) }),
    };
    if ((next.email ?? device.email) === device.email && (next.phone ?? device.phone) === device.phone) {
      return { result: repeatReason(seen, 'the same', origin) };
    }
    const name = type.deviceName({ ...device, ...next }, noNumber);
    return {
      result: 'ok',
      change: { device: { ...device, ...next, name }, ...(challenge && { challenge: ended(challenge) }) },
    };
  });
}

/** Types that have a contact are named by it. */
export function noNumber(): never {
  throw new TypeError('a device that is named by its contact draws no number');
}

export function clearFails(deps: LocalDeps, id: string, origin: Origin): Promise<Device> {
  return change(deps, id, 'device.reset-fails', origin, (seen) => {
    const { device } = seen;
    if (device.fails === 0) return { result: repeatResult(seen, '0', origin) };
    return { result: `ok: ${device.fails} to 0`, change: { device: { ...device, fails: 0 } } };
  });
}

export async function removeDevice(
  deps: LocalDeps,
  id: string,
  origin: Origin,
  precondition: Precondition = {},
): Promise<void> {
  await change(deps, id, 'device.delete', origin, (seen) => {
    refuseOtherVersion(seen.device, precondition);
    refuseOrderedSince(seen, origin);
    return { result: 'ok', change: { device: 'removed' } };
  });
}

interface Applied {
  /** What the log says; undefined for no change, of which it says nothing. */
  readonly result: AuditResult | undefined;
  readonly change?: NonNullable<Decided<Device>['change']>;
}

/** Decides what an order changes, records it, and answers the device as it is then, or was before it went. */
function change(
  deps: LocalDeps,
  id: string,
  action: AuditAction,
  origin: Origin,
  apply: (seen: Seen) => Applied,
): Promise<Device> {
  return decideAbout(deps, id, { ...origin, action }, (seen) => {
    const { result, change: applied } = apply(seen);
    const now = deps.clock.now();
    const next = applied?.device;
    const after = next === undefined || next === 'removed' ? seen.device : { ...next, modified: now };
    return {
      answer: visible(after),
      ...(applied && { change: { ...applied, device: next === 'removed' ? next : after } }),
      ...(result !== undefined && { events: [{ ...origin, time: now, action, ...deviceObject(seen.device), result }] }),
    };
  });
}

function lacks(device: Device, what: string): Error {
  return invalid(`device ${device.name} is of type ${device.type}, which has no ${what}`);
}
