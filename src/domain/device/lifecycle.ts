import { OtpctlError } from '../errors.ts';
import { commandLine } from '../text/command-line.ts';
import type { DeviceRecord, DeviceStatus } from './device.ts';
import { statusWord } from './device.ts';

export const TRANSITIONS = ['enable', 'disable', 'lock', 'unlock'] as const;
export type Transition = (typeof TRANSITIONS)[number];

/** `before` is the status that the device had before it was locked; `refused` cannot be done from there. */
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

/** What a transition looks at. */
type Transitory = Pick<DeviceRecord, 'id' | 'name' | 'status' | 'fails' | 'statusBeforeLock'>;

/**
 * What an administrator's transition makes of a device; undefined when it is there already.
 * Enabling and unlocking set fails to 0. Refuses (`status-forbids`) what the table refuses.
 */
export function transition(device: Transitory, to: Transition): StatusChange | undefined {
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
 * What writing a status makes of a device, from whatever it is in; undefined when it is there already. To enable sets
 * fails to 0, and so does what lets a barred device be tried again.
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

/** What a device that is locked now returns to when it is unlocked: never more than it was. */
export function lockedFrom(device: Pick<DeviceRecord, 'status'>): 'C' | 'V' {
  return device.status === 'V' ? 'V' : 'C';
}
