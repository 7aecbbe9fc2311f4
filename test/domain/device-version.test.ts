import { describe, expect, it } from 'vitest';
import { DEVICE_STATUSES, type DeviceResource } from '../../src/domain/device/device.ts';
import { versionOf } from '../../src/domain/device/device-version.ts';

const DEVICE: DeviceResource = {
  id: '1',
  name: 'TOTP00000001',
  type: 'TOTP',
  user: 'ada',
  status: 'C',
  created: 1_640_995_200,
  fails: 0,
  modified: 1_640_995_200,
};

describe('the version of a device', () => {
  it('is the same for the same state', () => {
    expect(versionOf({ ...DEVICE })).toBe(versionOf(DEVICE));
  });

  it.each<Partial<DeviceResource>>([
    { id: '2' },
    { name: 'TOTP00000002' },
    { type: 'HOTP' },
    { user: 'Ada' },
    { status: 'V' },
    { created: 1 },
    { lastUsed: 1_640_995_200 },
    { fails: 1 },
    { email: 'a' },
    { phone: 'a' },
    { externalId: 'a' },
    { modified: 1_640_995_201 },
  ])('is another with %j', (change) => {
    expect(versionOf({ ...DEVICE, ...change })).not.toBe(versionOf(DEVICE));
  });

  it('is one for each of 800,000 states', () => {
    const versions = new Set<string>();
    for (let n = 0; n < 100_000; n++) {
      for (const externalId of [`x${n}`, `${n}x`]) {
        for (const status of DEVICE_STATUSES) versions.add(versionOf({ ...DEVICE, externalId, status }));
      }
    }
    expect(versions.size).toBe(800_000);
  });
});
