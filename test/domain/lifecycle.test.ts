import { describe, expect, it } from 'vitest';
import type { DeviceStatus } from '../../src/domain/device/device.ts';
import {
  isBarred,
  refuseBarred,
  statusChange,
  type Transition,
  transition,
} from '../../src/domain/device/lifecycle.ts';

const device = (status: DeviceStatus, statusBeforeLock?: 'C' | 'V') => ({
  ...{ id: '7', name: 'TOTP00000042', fails: 3, status },
  ...(statusBeforeLock && { statusBeforeLock }),
});

describe('a transition', () => {
  it.each<[Transition, DeviceStatus, DeviceStatus | undefined, number, ('C' | 'V')?]>([
    ['enable', 'C', 'V', 0],
    ['enable', 'V', undefined, 3],
    ['enable', 'L', 'V', 0],
    ['enable', 'D', 'V', 0],
    ['disable', 'C', 'D', 3],
    ['disable', 'V', 'D', 3],
    ['disable', 'L', 'D', 3],
    ['disable', 'D', undefined, 3],
    ['lock', 'C', 'L', 3, 'C'],
    ['lock', 'V', 'L', 3, 'V'],
    ['lock', 'L', undefined, 3],
    ['unlock', 'C', undefined, 3],
    ['unlock', 'V', undefined, 3],
    ['unlock', 'L', 'C', 0],
  ])('%s makes of %s: %s, with %i fails', (to, from, status, fails, statusBeforeLock) => {
    expect(transition(device(from), to)).toEqual(status && { status, fails, statusBeforeLock });
  });

  it.each([
    ['C', 'C'],
    ['V', 'V'],
  ] as const)('unlock returns what was %s to it', (before, status) => {
    expect(transition(device('L', before), 'unlock')).toEqual({ status, fails: 0, statusBeforeLock: undefined });
  });

  it.each(['lock', 'unlock'] as const)('%s is refused to what somebody disabled', (to) => {
    expect(() => transition(device('D'), to)).toThrow(
      expect.objectContaining({
        code: 'status-forbids',
        message: `device TOTP00000042 is disabled and cannot be ${to}ed`,
        hint: 'enable it with  otpctl device enable 7',
      }),
    );
  });
});

describe('a status that is written', () => {
  it.each<[DeviceStatus, DeviceStatus, number, ('C' | 'V')?]>([
    ['C', 'V', 0],
    ['C', 'L', 3, 'C'],
    ['C', 'D', 3],
    ['V', 'C', 3],
    ['V', 'L', 3, 'V'],
    ['V', 'D', 3],
    ['L', 'C', 0],
    ['L', 'V', 0],
    ['L', 'D', 3],
    ['D', 'C', 0],
    ['D', 'V', 0],
    ['D', 'L', 3, 'C'],
  ])('from %s to %s leaves %i fails', (from, status, fails, statusBeforeLock) => {
    expect(statusChange(device(from), status)).toEqual({ status, fails, statusBeforeLock });
  });

  it.each(['C', 'V', 'L', 'D'] as const)('is no change of %s to itself', (status) => {
    expect(statusChange(device(status), status)).toBeUndefined();
  });
});

describe('a barred device', () => {
  it.each([
    ['C', false],
    ['V', false],
    ['L', true],
    ['D', true],
  ] as const)('is one in %s: %s', (status, barred) => {
    expect(isBarred(status)).toBe(barred);
    const refused = expect(() => refuseBarred(device(status), 'challenged'));
    if (barred) refused.toThrow(expect.objectContaining({ code: 'status-forbids' }));
    else refused.not.toThrow();
  });

  it.each([
    ['L', 'locked', 'unlock'],
    ['D', 'disabled', 'enable'],
  ] as const)('in %s is told what brings it back', (status, word, verb) => {
    expect(() => refuseBarred(device(status), 'challenged')).toThrow(
      expect.objectContaining({
        message: `device TOTP00000042 is ${word} and cannot be challenged`,
        hint: `${verb} it with  otpctl device ${verb} 7`,
      }),
    );
  });
});
