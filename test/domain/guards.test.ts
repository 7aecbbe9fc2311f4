import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/domain/device/device.ts';
import { staleReason, unusedFor } from '../../src/domain/device/staleness.ts';
import { guardLastDevice, guardMax, guardPercent, guardSignal } from '../../src/domain/run/guards.ts';
import { NEW_YEAR } from '../support/fixed.ts';

describe('a guard', () => {
  it('of a number trips above it and not at it', () => {
    expect(guardMax(1001, 1000)).toMatchObject({ guard: 'max', trips: true, option: '--max N' });
    expect(guardMax(1000, 1000)).toBeUndefined();
    expect(guardMax(1_000_000, undefined)).toBeUndefined();
    expect(guardMax(1, 0)?.message).toBe('1 device would change, and at most 0 may');
  });

  it('of a percentage trips above it, from fifty devices up', () => {
    expect(guardPercent(11, 50, 20)).toMatchObject({ guard: 'max-percent', trips: true, option: '--max-percent P' });
    expect(guardPercent(10, 50, 20)).toBeUndefined();
    expect(guardPercent(49, 49, 20)).toBeUndefined();
    expect(guardPercent(1, 1_000_000, 0)?.trips).toBe(true);
    expect(guardPercent(200_001, 1_000_000, 20)?.message).toBe(
      '200,001 devices would change, 20 % of the 1,000,000 that there are, and at most 20 % may',
    );
  });

  it('of the signal trips when no device was used since, from fifty devices up', () => {
    expect(guardSignal(50, false)).toMatchObject({ guard: 'signal', trips: true, option: '--ignore-signal' });
    expect(guardSignal(50, true)).toBeUndefined();
    expect(guardSignal(49, false)).toBeUndefined();
  });

  it('of the last device speaks, and trips only where it is to refuse', () => {
    expect(guardLastDevice(0, 'refuse')).toBeUndefined();
    expect(guardLastDevice(1, 'refuse')?.trips).toBe(true);
    expect(guardLastDevice(1, 'warn')).toMatchObject({
      trips: false,
      message: '1 user will be left without an enabled device',
    });
    expect(guardLastDevice(2, 'skip')?.trips).toBe(false);
  });
});

describe('why a device is stale', () => {
  const device = (more: Partial<Device>): Device => ({
    id: '1',
    name: 'n',
    type: 'PIN',
    user: 'u',
    status: 'V',
    created: NEW_YEAR - 300 * 86_400,
    fails: 0,
    ...more,
  });

  it.each([
    [{ lastUsed: NEW_YEAR - 212 * 86_400 }, { seconds: 180 * 86_400 }, 'last used 212 d ago > 180 d'],
    [{ lastUsed: NEW_YEAR - 180 * 86_400 }, { seconds: 180 * 86_400 }, 'last used 180 d ago = 180 d'],
    [{ lastUsed: NEW_YEAR - 13 * 3600 }, { seconds: 12 * 3600 }, 'last used 13 h ago > 12 h'],
    [{ lastUsed: NEW_YEAR - 212 * 86_400 }, { months: 6 }, 'last used 212 d ago > 6 mo'],
    [{}, { months: 6 }, 'never used, created 300 d ago > 6 mo'],
  ])('%o for %o: %s', (more, duration, text) => {
    expect(staleReason(device(more), unusedFor(NEW_YEAR, duration))).toBe(text);
  });

  it('names the date where one was given', () => {
    const used = device({ lastUsed: NEW_YEAR - 3600 });
    expect(staleReason(used, { asOf: NEW_YEAR, cutOff: NEW_YEAR })).toBe(
      'last used 2021-12-31T23:00:00Z <= 2022-01-01T00:00:00Z',
    );
  });
});
