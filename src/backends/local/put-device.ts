import { type Action, RIGHTS } from '../../domain/api-key/rights.ts';
import { type AuditEvent, type AuditResult, deviceObject } from '../../domain/audit/audit.ts';
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
import { statusChange } from '../../domain/device/lifecycle.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { enroll } from '../../domain/enrollment/enroll.ts';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import type { Secret } from '../../domain/secret.ts';
import { ended } from '../../domain/verification/challenge.ts';
import type { Precondition } from '../../ports/device-resources.ts';
import type { Seen } from '../../ports/store/decisions.ts';
import { noNumber, toStatus } from './change-device.ts';
import { decideAbout, type LocalDeps } from './local-deps.ts';
import { changeResult, refuseOrderedSince, refuseOtherVersion, repeatResult } from './orders.ts';

/** Writes some attributes of a device, all or none, in one transaction with their entries in the audit log. */
export function putDevice(
  deps: LocalDeps,
  id: string,
  changes: DeviceChanges,
  origin: Origin,
  precondition: Precondition = {},
): Promise<DeviceResource> {
  return decideAbout(deps, id, { ...origin, action: 'device.update' }, (seen) => {
    const { device } = seen;
    refuseOtherVersion(device, precondition);
    refuseMoreThan(precondition.noMoreThan, device, changes);
    refuseOrderedSince(seen, origin);
    const now = deps.clock.now();
    const events: AuditEvent[] = [];
    const append = (action: AuditAction, result: AuditResult) =>
      events.push({ ...origin, time: now, action, ...deviceObject(device), result });
    const draft = putPin(deps, seen, changes, putExternalId(changes, putContact(device, changes)));
    if (draft.changed.length > 0) append('device.update', `ok: ${draft.changed.join(', ')}`);
    const next = changes.status === undefined ? undefined : statusChange(device, changes.status);
    if (next !== undefined) {
      append(statusAction(device.status, next.status), changeResult(device.status, next.status, origin));
    } else if (changes.status !== undefined) {
      const result = repeatResult(seen, statusWord(device.status), origin);
      if (result !== undefined) append(statusAction(device.status, device.status), result);
    }
    if (draft.changed.length === 0 && next === undefined) return { answer: resourceOf(device), events };
    const written = { ...seen, device: { ...draft.device, modified: now } };
    const change = next === undefined ? { device: written.device } : toStatus(written, next);
    return {
      answer: resourceOf(change.device),
      change: {
        ...change,
        ...(draft.secret && { secret: draft.secret }),
        ...(draft.isReached && seen.challenge && { challenge: ended(seen.challenge) }),
      },
      events,
    };
  });
}

/** A device as it is being changed. */
interface Draft {
  readonly device: DeviceRecord;
  readonly secret?: Secret;
  /** What was changed, by name. */
  readonly changed: readonly string[];
  /** Whether a code that is on its way is not good any more. */
  readonly isReached: boolean;
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

function putContact(device: DeviceRecord, changes: DeviceChanges): Draft {
  const next = nextContact(device, changes);
  const changed = (['email', 'phone'] as const).filter((option) => next[option] !== device[option]);
  if (changed.length === 0) return { device, changed, isReached: false };
  const { email: _, phone: __, ...rest } = device;
  // A code on its way to the old address is not good any more.
  const isReached = changed.some((option) => usesContact(device.type, option));
  const name = isReached ? deviceTypes[device.type].deviceName({ ...rest, ...next }, noNumber) : device.name;
  return { device: { ...rest, ...next, name }, changed, isReached };
}

function putExternalId({ externalId }: DeviceChanges, draft: Draft): Draft {
  if (externalId === undefined || (externalId ?? undefined) === draft.device.externalId) return draft;
  const { externalId: _, ...rest } = draft.device;
  const device = externalId === null ? rest : { ...rest, externalId: freeText('externalId', externalId) };
  return { ...draft, device, changed: [...draft.changed, 'externalId'] };
}

function putPin({ random }: LocalDeps, { settings }: Seen, { pin }: DeviceChanges, draft: Draft): Draft {
  const { type, user } = draft.device;
  if (pin === undefined || !deviceTypes[type].options.includes('pin')) return draft;
  if (pin === null) throw invalid(`a device of type ${type} needs its PIN`);
  const { secret } = enroll({ type, user, pin }, settings, random.bytes);
  if (secret === undefined) throw new TypeError(`${type} devices keep no PIN`);
  return { ...draft, secret, changed: [...draft.changed, 'pin'], isReached: true };
}

function statusAction(before: DeviceStatus, after: DeviceStatus): AuditAction {
  const unlocks = before === 'L' && (after === 'C' || after === 'V');
  return unlocks ? 'device.unlock' : STATUS_ACTIONS[after];
}
