import { describe, expect, it } from 'vitest';
import { deviceForCode, deviceToChange, neverConfirmed } from '../../src/domain/device/choose-device.ts';
import type { Device } from '../../src/domain/device/device.ts';

const device = (id: string, more: Partial<Device> = {}): Device => ({
  ...{ id, name: `TOTP0000000${id}`, type: 'TOTP', user: 'ada', status: 'V', created: 1000, fails: 0 },
  ...more,
});
const forCode = (devices: readonly Device[], more: Partial<Parameters<typeof deviceForCode>[0]> = {}) => {
  const choice = deviceForCode({ challenged: undefined, type: undefined, ...more, devices });
  return choice.kind === 'one' ? choice.device.id : choice.kind;
};

describe('the device to change', () => {
  it('is the only one, and of several none', () => {
    expect(deviceToChange([])).toEqual({ kind: 'none' });
    expect(deviceToChange([device('1', { status: 'D' })])).toMatchObject({ kind: 'one', device: { id: '1' } });
    expect(deviceToChange([device('1'), device('2')])).toMatchObject({ kind: 'several', devices: [{}, {}] });
  });
});

describe('the device whose code is asked for', () => {
  it('is the one that was challenged, whatever else there is', () => {
    const challenged = device('1', { status: 'C', type: 'SMS' });
    expect(forCode([], { challenged })).toBe('1');
    expect(forCode([challenged, device('2')], { challenged })).toBe('1');
  });

  it('is else the newest that is enabled, and of one second the one with the higher number', () => {
    expect(forCode([device('1', { created: 1001 }), device('2'), device('3', { created: 1002, status: 'L' })])).toBe(
      '1',
    );
    expect(forCode([device('9'), device('10'), device('2')])).toBe('10');
  });

  it('is of the type that was asked for', () => {
    expect(forCode([device('1', { type: 'HOTP' }), device('2', { created: 2000 })], { type: 'HOTP' })).toBe('1');
    expect(forCode([device('1')], { type: 'PIN' })).toBe('none');
  });

  it.each(['C', 'L', 'D'] as const)('is none where the only one has the status %s', (status) => {
    expect(forCode([device('1', { status })])).toBe('none-enabled');
    expect(forCode([])).toBe('none');
  });
});

describe('a user who never confirmed a device', () => {
  it('has none that is or was anything but created, and none that was used', () => {
    expect(neverConfirmed([device('1', { status: 'C' }), device('2', { status: 'C' })])).toBe(true);
    expect(neverConfirmed([device('1', { status: 'C', lastUsed: 1 })])).toBe(false);
    for (const status of ['V', 'L', 'D'] as const) {
      expect(neverConfirmed([device('1', { status: 'C' }), device('2', { status })])).toBe(false);
    }
  });
});
