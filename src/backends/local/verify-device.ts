import { type AuditResult, deviceObject } from '../../domain/audit/audit.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import type { DeviceRecord } from '../../domain/device/device.ts';
import { isBarred, lockedFrom } from '../../domain/device/lifecycle.ts';
import { oneTooMany } from '../../domain/device/max-devices.ts';
import { deviceTypes, refuseSwitchedOff } from '../../domain/device-types/index.ts';
import { OtpctlError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/instant.ts';
import { ended } from '../../domain/verification/challenge.ts';
import { mayAnswer, refuseSilenced } from '../../domain/verification/may-answer.ts';
import {
  type Attempt,
  isCharged,
  type Judgement,
  type Moves,
  type Outcome,
  reject,
} from '../../domain/verification/verification.ts';
import type { Seen } from '../../ports/store/decisions.ts';
import { type Decided, decideAbout, type LocalDeps, type Occasion } from './local-deps.ts';

/**
 * Judges one code. The charge of a wrong one, what a right one moves, and the audit entry are one transaction, durable
 * before the verdict is told. What cannot be a code, and a right one that is spent, charge nothing. A device that is
 * locked or disabled, or whose user is not active, is answered without a look at the code, and so is one that a right
 * code would make one enabled device too many (`too-many-devices`).
 */
export function verifyDevice(deps: LocalDeps, id: string, typed: string, origin: Origin): Promise<Judgement> {
  return answered(deps, id, { ...origin, action: 'device.verify' }, (seen, occasion) => {
    const { device, settings } = seen;
    refuseSwitchedOff(device.type, settings, `device ${device.name} cannot be verified`);
    const standing = mayAnswer(device, seen.owner);
    const { verify } = deviceTypes[device.type];
    if (!standing.may) return judgement(seen, { outcome: reject(standing.why) }, occasion);
    return tooMany(seen, occasion) ?? judgement(seen, judge(seen, typed, occasion.time, verify), occasion);
  });
}

/** Finds a device that ran ahead by two consecutive codes. A failed resync is a failed attempt (RFC 4226 section 7.4). */
export function resyncDevice(
  deps: LocalDeps,
  id: string,
  [first, second]: readonly [string, string],
  origin: Origin,
): Promise<Judgement> {
  return answered(deps, id, { ...origin, action: 'device.resync' }, (seen, occasion) => {
    const { device, settings } = seen;
    const { resync } = deviceTypes[device.type];
    if (resync === undefined) {
      throw new OtpctlError('status-forbids', `device ${device.name} is of type ${device.type}, which has no resync`);
    }
    refuseSilenced(device, seen.owner, 'resynchronised');
    refuseSwitchedOff(device.type, settings, `device ${device.name} cannot be resynchronised`);
    const judged = () => judge(seen, first, occasion.time, (attempt) => resync(attempt, second));
    return tooMany(seen, occasion) ?? judgement(seen, judged(), occasion);
  });
}

/** An occasion, at its moment. */
interface Moment extends Occasion {
  readonly time: Instant;
}

/** Decides, and throws a refusal once it is in the log. */
async function answered(
  deps: LocalDeps,
  id: string,
  occasion: Occasion,
  decide: (seen: Seen, moment: Moment) => Decided<Answer>,
): Promise<Judgement> {
  const answer = await decideAbout(deps, id, occasion, (seen) => decide(seen, { ...occasion, time: deps.clock.now() }));
  if (answer instanceof OtpctlError) throw answer;
  return answer;
}

type Answer = Judgement | OtpctlError;

/** The refusal of a code that would enable a device where its user has enough of them; undefined where it would not. */
function tooMany({ device, settings, enabledBeside }: Seen, occasion: Moment): Decided<Answer> | undefined {
  const refusal = device.status === 'V' ? undefined : oneTooMany(device.user, enabledBeside(), settings);
  if (refusal === undefined) return undefined;
  const result = 'rejected: too many enabled devices';
  return { answer: refusal, events: [{ ...occasion, ...deviceObject(device), result }] };
}

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

/** The answer to a judged code, with its entry in the log. */
function judgement({ device: before }: Seen, { outcome, change }: Judged, occasion: Moment): Decided<Judgement> {
  const device = change?.device === undefined || change.device === 'removed' ? before : change.device;
  const { id, type, status, fails } = device;
  const locks = status === 'L' && before.status !== 'L';
  const result: AuditResult = outcome.accepted
    ? 'accepted'
    : `rejected: ${outcome.rejection}${locks ? ', now locked' : ''}`;
  const event = { ...occasion, ...deviceObject(device), result };
  const resyncNeeded = device.resyncNeeded && !isBarred(status);
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
