import { type Action, RIGHTS } from '../../domain/api-key/rights.ts';
import { type AuditResult, deviceObject } from '../../domain/audit/audit.ts';
import { type AuditAction, STATUS_ACTIONS } from '../../domain/audit/audit-actions.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import {
  type DeviceRecord,
  type DeviceResource,
  type DeviceStatus,
  resourceOf,
  statusWord,
} from '../../domain/device/device.ts';
import { type DeviceChanges, freeText, nextContact, usesContact } from '../../domain/device/device-changes.ts';
import { versionOf } from '../../domain/device/device-version.ts';
import { isBarred, statusChange } from '../../domain/device/lifecycle.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import type { Contact } from '../../domain/enrollment/contact.ts';
import { enroll } from '../../domain/enrollment/enroll.ts';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import type { Precondition } from '../../ports/device-resources.ts';
import type { DeviceWriter } from '../../ports/store/device-writer.ts';
import { type LocalDeps, loadDevice } from './local-deps.ts';
import { changeResult, refuseOrderedSince, repeatResult } from './orders.ts';

/** Writes some attributes of a device, all or none, in one transaction with their entries in the audit log. */
export function putDevice(
  deps: LocalDeps,
  id: string,
  changes: DeviceChanges,
  origin: Origin,
  precondition: Precondition = {},
): Promise<DeviceResource> {
  return deps.store.write((writer) => {
    const device = loadDevice(writer, id);
    refuseOtherVersion(device, precondition);
    refuseMoreThan(precondition.noMoreThan, device, changes);
    refuseOrderedSince(writer, device, origin);
    const append = (action: AuditAction, result: AuditResult) =>
      writer.append({ ...origin, time: deps.clock.now(), action, ...deviceObject(device), result });
    const changed = [
      ...putContact(writer, device, changes),
      ...putExternalId(writer, device, changes),
      ...putPin(deps, writer, device, changes),
    ];
    if (changed.length > 0) append('device.update', `ok: ${changed.join(', ')}`);
    const next = changes.status === undefined ? undefined : statusChange(device, changes.status);
    if (next !== undefined) {
      writer.setStatus(id, next);
      if (isBarred(next.status)) writer.endChallenge(id);
      append(statusAction(device.status, next.status), changeResult(device.status, next.status, origin));
    } else if (changes.status !== undefined) {
      const result = repeatResult(writer, id, statusWord(device.status), origin);
      if (result !== undefined) append(statusAction(device.status, device.status), result);
    }
    return resourceOf(changed.length === 0 && next === undefined ? device : loadDevice(writer, id));
  });
}

/** Refuses (`version-mismatch`) a device that is none of the versions that a precondition names. */
export function refuseOtherVersion(device: DeviceRecord, { ifVersion }: Precondition): void {
  if (ifVersion === undefined || ifVersion.includes(versionOf(resourceOf(device)))) return;
  throw new OtpctlError(
    'version-mismatch',
    `device ${device.id} has changed since it was read`,
    'read it again and repeat the change',
  );
}

/** Refuses (`not-allowed`) a status that an action would not give the device as it is now. To disable is never more. */
function refuseMoreThan(action: Action | undefined, device: DeviceRecord, { status }: DeviceChanges): void {
  if (action === undefined || status === undefined || status === device.status || status === 'D') return;
  if (action === 'device.lock' && device.status !== 'D') return;
  if (action === 'device.unlock' && device.status === 'L' && status === (device.statusBeforeLock ?? 'C')) return;
  throw new OtpctlError(
    'not-allowed',
    `to make device ${device.id} ${statusWord(status)} is more than what was asked for: that takes the role ${RIGHTS['device.enable']}`,
  );
}

function putContact(writer: DeviceWriter, device: DeviceRecord, changes: DeviceChanges): string[] {
  const next = nextContact(device, changes);
  const changed = (['email', 'phone'] as const).filter((option) => next[option] !== device[option]);
  if (changed.length === 0) return [];
  const used = changed.some((option: keyof Contact) => usesContact(device.type, option));
  const name = used
    ? deviceTypes[device.type].deviceName({ ...device, ...next }, () => writer.nextNumber())
    : device.name;
  writer.setContact(device.id, name, next);
  // A code on its way to the old address is not good any more.
  if (used) writer.endChallenge(device.id);
  return changed;
}

function putExternalId(writer: DeviceWriter, device: DeviceRecord, { externalId }: DeviceChanges): string[] {
  if (externalId === undefined || (externalId ?? undefined) === device.externalId) return [];
  writer.setExternalId(device.id, externalId === null ? undefined : freeText('externalId', externalId));
  return ['externalId'];
}

function putPin(deps: LocalDeps, writer: DeviceWriter, device: DeviceRecord, { pin }: DeviceChanges): string[] {
  if (pin === undefined || !deviceTypes[device.type].options.includes('pin')) return [];
  const { type, user } = device;
  if (pin === null) throw invalid(`a device of type ${type} needs its PIN`);
  const { secret } = enroll({ type, user, pin }, writer.policy(), deps.random.bytes);
  if (secret === undefined) throw new TypeError(`${type} devices keep no PIN`);
  writer.setSecret(device.id, secret);
  writer.endChallenge(device.id);
  return ['pin'];
}

function statusAction(before: DeviceStatus, after: DeviceStatus): AuditAction {
  const unlocks = before === 'L' && (after === 'C' || after === 'V');
  return unlocks ? 'device.unlock' : STATUS_ACTIONS[after];
}
