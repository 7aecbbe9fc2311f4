import { type AuditResult, deviceObject } from '../../domain/audit/audit.ts';
import type { AuditAction } from '../../domain/audit/audit-actions.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import type { DeviceRecord } from '../../domain/device/device.ts';
import { lockedFrom, refuseBarred } from '../../domain/device/lifecycle.ts';
import { deviceTypes, refuseSwitchedOff } from '../../domain/device-types/index.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import {
  type Attempt,
  isCharged,
  type Outcome,
  type Rejection,
  reject,
  type Verdict,
} from '../../domain/verification/verification.ts';
import type { DeviceWriter } from '../../ports/store/device-writer.ts';
import { type LocalDeps, loadDevice } from './local-deps.ts';

/**
 * Judges one code in one transaction: the attempt is charged, then the code is looked at, then the verdict and its
 * audit entry are written. What cannot be a code, and a right one that is spent, get their charge back. A device that is
 * locked or disabled is answered without a look at the code.
 */
export function verifyDevice(deps: LocalDeps, id: string, typed: string, origin: Origin): Promise<Verdict> {
  return deps.store.write((writer) => {
    const device = loadDevice(writer, id);
    const settings = writer.policy();
    refuseSwitchedOff(device.type, settings, `device ${device.name} cannot be verified`);
    const barred = BARRED[device.status] ?? (device.resyncNeeded ? 'resync needed' : undefined);
    const { verify } = deviceTypes[device.type];
    const outcome = barred ? reject(barred) : judge(deps, writer, settings, device, typed, verify);
    return conclude(deps, writer, settings, id, 'device.verify', outcome, origin);
  });
}

/** Finds a device that ran ahead by two consecutive codes. A failed resync is a failed attempt (RFC 4226 section 7.4). */
export function resyncDevice(
  deps: LocalDeps,
  id: string,
  [first, second]: readonly [string, string],
  origin: Origin,
): Promise<Verdict> {
  return deps.store.write((writer) => {
    const device = loadDevice(writer, id);
    const { resync } = deviceTypes[device.type];
    if (resync === undefined) {
      throw new OtpctlError('status-forbids', `device ${device.name} is of type ${device.type}, which has no resync`);
    }
    refuseBarred(device, 'resynchronised');
    const settings = writer.policy();
    refuseSwitchedOff(device.type, settings, `device ${device.name} cannot be resynchronised`);
    const outcome = judge(deps, writer, settings, device, first, (attempt) => resync(attempt, second));
    return conclude(deps, writer, settings, id, 'device.resync', outcome, origin);
  });
}

const BARRED: Partial<Record<string, Rejection>> = { L: 'device locked', D: 'device disabled' };

function judge(
  { clock }: LocalDeps,
  writer: DeviceWriter,
  settings: Settings,
  device: DeviceRecord,
  typed: string,
  rule: (attempt: Attempt) => Outcome,
): Outcome {
  if (!writer.charge(device.id)) return reject('device locked');
  const now = clock.now();
  const outcome = rule({
    device,
    typed,
    now,
    settings,
    challenge: writer.challengeOf(device.id),
    secret: () => writer.secretOf(device.id),
    hashCode: (challenge, code) => writer.hashCode(device.id, challenge.id, code),
  });
  const judged =
    outcome.accepted && !writer.accept(device.id, outcome.moves, now) ? reject('code used before') : outcome;
  if (judged.accepted) return judged;
  if (isCharged(judged.rejection)) writer.chargeChallenge(device.id);
  else writer.refund(device);
  return judged;
}

function conclude(
  { clock }: LocalDeps,
  writer: DeviceWriter,
  settings: Settings,
  id: string,
  action: AuditAction,
  outcome: Outcome,
  origin: Origin,
): Verdict {
  let device = loadDevice(writer, id);
  const charged = !outcome.accepted && isCharged(outcome.rejection);
  const spent = charged && device.fails >= deviceTypes[device.type].lockAfter(settings, device);
  const locks = spent && !BARRED[device.status];
  if (locks) {
    writer.setStatus(id, { status: 'L', fails: device.fails, statusBeforeLock: lockedFrom(device) });
    writer.endChallenge(id);
    device = loadDevice(writer, id);
  }
  const result: AuditResult = outcome.accepted
    ? 'accepted'
    : `rejected: ${outcome.rejection}${locks ? ', now locked' : ''}`;
  writer.append({ ...origin, time: clock.now(), action, ...deviceObject(device), result });
  const { status, fails } = device;
  const resyncNeeded = device.resyncNeeded && !BARRED[status];
  return {
    id,
    success: outcome.accepted,
    locked: status === 'L',
    status,
    fails,
    ...(resyncNeeded && { resyncNeeded }),
  };
}
