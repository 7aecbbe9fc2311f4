import { type AuditResult, deviceObject } from '../../domain/audit/audit.ts';
import type { AuditAction } from '../../domain/audit/audit-actions.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import type { DeviceRecord } from '../../domain/device/device.ts';
import { lockedFrom, refuseBarred } from '../../domain/device/lifecycle.ts';
import { deviceTypes, refuseSwitchedOff } from '../../domain/device-types/index.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/instant.ts';
import { ended } from '../../domain/verification/challenge.ts';
import {
  type Attempt,
  isCharged,
  type Judgement,
  type Moves,
  type Outcome,
  type Rejection,
  reject,
} from '../../domain/verification/verification.ts';
import type { Seen } from '../../ports/store/decisions.ts';
import { type Decided, decideAbout, type LocalDeps } from './local-deps.ts';

/**
 * Judges one code. The charge of a wrong one, what a right one moves, and the audit entry are one transaction, durable
 * before the verdict is told. What cannot be a code, and a right one that is spent, charge nothing. A device that is
 * locked or disabled is answered without a look at the code.
 */
export function verifyDevice(
  { store, clock }: LocalDeps,
  id: string,
  typed: string,
  origin: Origin,
): Promise<Judgement> {
  return decideAbout(store, id, (seen) => {
    const { device, settings } = seen;
    refuseSwitchedOff(device.type, settings, `device ${device.name} cannot be verified`);
    const barred = BARRED[device.status] ?? (device.resyncNeeded ? 'resync needed' : undefined);
    const { verify } = deviceTypes[device.type];
    const now = clock.now();
    const judged = barred ? { outcome: reject(barred) } : judge(seen, typed, now, verify);
    return judgement(seen, judged, { ...origin, time: now, action: 'device.verify' });
  });
}

/** Finds a device that ran ahead by two consecutive codes. A failed resync is a failed attempt (RFC 4226 section 7.4). */
export function resyncDevice(
  { store, clock }: LocalDeps,
  id: string,
  [first, second]: readonly [string, string],
  origin: Origin,
): Promise<Judgement> {
  return decideAbout(store, id, (seen) => {
    const { device, settings } = seen;
    const { resync } = deviceTypes[device.type];
    if (resync === undefined) {
      throw new OtpctlError('status-forbids', `device ${device.name} is of type ${device.type}, which has no resync`);
    }
    refuseBarred(device, 'resynchronised');
    refuseSwitchedOff(device.type, settings, `device ${device.name} cannot be resynchronised`);
    const now = clock.now();
    const judged = judge(seen, first, now, (attempt) => resync(attempt, second));
    return judgement(seen, judged, { ...origin, time: now, action: 'device.resync' });
  });
}

const BARRED: Partial<Record<string, Rejection>> = { L: 'device locked', D: 'device disabled' };

interface Judged {
  readonly outcome: Outcome;
  readonly change?: Decided<Judgement>['change'];
}

/** Judges a code by the rule of a type, and says what that does to the device. */
function judge(seen: Seen, typed: string, now: Instant, rule: (attempt: Attempt) => Outcome): Judged {
  const { device, challenge, settings } = seen;
  const found = rule({
    device,
    typed,
    now,
    settings,
    challenge,
    secret: seen.secret,
    hashCode: ({ id }, code) => seen.hashCode(id, code),
  });
  const outcome = found.accepted && !movesOn(seen, found.moves) ? reject('code used before') : found;
  if (outcome.accepted) return { outcome, change: accepted(device, outcome.moves, now) };
  if (!isCharged(outcome.rejection)) return { outcome };
  const charged = { ...device, fails: device.fails + 1, modified: now };
  if (charged.fails >= deviceTypes[device.type].lockAfter(settings, device)) {
    const locked = { ...charged, status: 'L' as const, statusBeforeLock: lockedFrom(device) };
    return { outcome, change: { device: locked, ...(challenge && { challenge: ended(challenge) }) } };
  }
  const tried = challenge && { challenge: { ...challenge, tries: challenge.tries + 1 } };
  return { outcome, change: { device: charged, ...tried } };
}

/** Whether what a code moves goes forward: neither a step, nor a counter, nor a challenge is used twice. */
function movesOn({ device, challenge }: Seen, moves: Moves): boolean {
  if (moves.challenge !== undefined && moves.challenge !== challenge?.id) return false;
  if (moves.lastStep !== undefined && moves.lastStep <= (device.lastStep ?? -1)) return false;
  return moves.counter === undefined || (device.counter !== undefined && moves.counter > device.counter);
}

function accepted(device: DeviceRecord, moves: Moves, now: Instant): Judged['change'] {
  const { resyncNeeded: _, ...rest } = device;
  const { challenge, ...moved } = moves;
  return {
    device: { ...rest, ...moved, status: 'V', fails: 0, lastUsed: now, modified: now },
    ...(challenge !== undefined && { challenge: 'none' }),
  };
}

interface Occasion extends Origin {
  readonly time: Instant;
  readonly action: AuditAction;
}

/** The answer to a judged code, with its entry in the log. */
function judgement({ device: before }: Seen, { outcome, change }: Judged, occasion: Occasion): Decided<Judgement> {
  const device = change?.device === undefined || change.device === 'removed' ? before : change.device;
  const { id, type, status, fails } = device;
  const locks = status === 'L' && before.status !== 'L';
  const result: AuditResult = outcome.accepted
    ? 'accepted'
    : `rejected: ${outcome.rejection}${locks ? ', now locked' : ''}`;
  const event = { ...occasion, ...deviceObject(device), result };
  const resyncNeeded = device.resyncNeeded && !BARRED[status];
  return {
    answer: {
      verdict: {
        id,
        success: outcome.accepted,
        locked: status === 'L',
        status,
        fails,
        ...(resyncNeeded && { resyncNeeded }),
      },
      type,
      locks,
    },
    ...(change && { change }),
    ...(outcome.accepted || isCharged(outcome.rejection) ? { events: [event] } : { often: event }),
  };
}
