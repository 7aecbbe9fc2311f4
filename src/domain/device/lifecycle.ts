import { OtpctlError } from '../errors.ts';
import { commandLine } from '../text/command-line.ts';
import type { DeviceRecord, DeviceStatus } from './device.ts';
import { statusWord } from './device.ts';

export const TRANSITIONS = ['enable', 'disable', 'lock', 'unlock'] as const;
export type Transition = (typeof TRANSITIONS)[number];

/** `before` is the status that the device had before it was locked; `refused` is an error. */
type Target = DeviceStatus | 'before' | 'refused';

const TARGETS: Record<Transition, Record<DeviceStatus, Target>> = {
  enable: { C: 'V', V: 'V', L: 'V', D: 'V' },
  disable: { C: 'D', V: 'D', L: 'D', D: 'D' },
  lock: { C: 'L', V: 'L', L: 'L', D: 'refused' },
  unlock: { C: 'C', V: 'V', L: 'before', D: 'refused' },
};

export interface StatusChange {
  readonly status: DeviceStatus;
  readonly fails: number;
  readonly statusBeforeLock: 'C' | 'V' | undefined;
}

/** The part of a device that decides what a transition does. */
type TransitionInput = Pick<DeviceRecord, 'id' | 'name' | 'status' | 'fails' | 'statusBeforeLock'>;

/**
 * What a transition changes of a device; undefined if the device has the status already. Enabling and unlocking set fails
 * to 0. Errors: `status-forbids`.
 */
export function transition(device: TransitionInput, to: Transition): StatusChange | undefined {
  const target = TARGETS[to][device.status];
  if (target === 'refused') {
    throw new OtpctlError(
      'status-forbids',
      `device ${device.name} is ${statusWord(device.status)} and cannot be ${to}ed`,
      `enable it with  ${commandLine(['device', 'enable', device.id])}`,
    );
  }
  const status = target === 'before' ? (device.statusBeforeLock ?? 'C') : target;
  if (status === device.status) return undefined;
  const clearsFails = to === 'enable' || to === 'unlock';
  return {
    status,
    fails: clearsFails ? 0 : device.fails,
    statusBeforeLock: status === 'L' ? lockedFrom(device) : undefined,
  };
}

/**
 * What setting a status changes of a device, whatever status it has; undefined if it has that one already. Enabling sets
 * fails to 0, and so does returning a locked or disabled device to created.
 */
export function statusChange(
  device: Pick<DeviceRecord, 'status' | 'fails'>,
  status: DeviceStatus,
): StatusChange | undefined {
  if (status === device.status) return undefined;
  const clearsFails = status === 'V' || (status === 'C' && device.status !== 'V');
  return {
    status,
    fails: clearsFails ? 0 : device.fails,
    statusBeforeLock: status === 'L' ? lockedFrom(device) : undefined,
  };
}

/** Whether a device takes no code until somebody lets it: it is locked or disabled. */
export function isBarred(status: DeviceStatus): boolean {
  return status === 'L' || status === 'D';
}

/** Refuses (`status-forbids`) what a locked or disabled device does not do; `done` says what: `challenged`. */
export function refuseBarred(device: Pick<DeviceRecord, 'id' | 'name' | 'status'>, done: string): void {
  if (!isBarred(device.status)) return;
  const verb = device.status === 'L' ? 'unlock' : 'enable';
  throw new OtpctlError(
    'status-forbids',
    `device ${device.name} is ${statusWord(device.status)} and cannot be ${done}`,
    `${verb} it with  ${commandLine(['device', verb, device.id])}`,
  );
}

/** The status to which a device returns if it is locked now and unlocked later: enabled only if it is enabled. */
export function lockedFrom(device: Pick<DeviceRecord, 'status'>): 'C' | 'V' {
  return device.status === 'V' ? 'V' : 'C';
}
