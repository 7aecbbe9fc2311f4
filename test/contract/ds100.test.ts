import { describe, expect, it } from 'vitest';
import type { Ds100Admin, Ds100Need } from '../../src/ports/ds100-admin.ts';
import { DS100_IMPLEMENTATIONS } from '../support/rsa/implementations.ts';

const ORIGIN = { actor: 'tester' };
const ADA = 'ece30fe9-414c-7536-5403-0656220b3046';
const BOB = '87927fb7-e185-4c33-c7e3-8e077675973c';
const NEEDS: readonly Ds100Need[] = ['read', 'manage', 'delete', 'user'];
const ONE = {
  deviceSerialNumber: '140100080',
  tokenSerialNumber: '014010008031',
  userId: ADA,
  email: 'ada@example.com',
};
const TWO = {
  deviceSerialNumber: '140100081',
  tokenSerialNumber: '014010008131',
  userId: ADA,
  email: 'ada@example.com',
};

const statusOf = async (admin: Ds100Admin, digits = '140100080') =>
  (await admin.lookup({ kind: 'device', digits }))?.tokenStatus;

describe.each(DS100_IMPLEMENTATIONS)('DS100 devices, at $name', ({ open }) => {
  it('are found by the serial number of the device, or not at all', async () => {
    const admin = await open([ONE, TWO], NEEDS);
    expect(await admin.lookup({ kind: 'device', digits: '140100080' })).toMatchObject({
      deviceSerialNumber: '140100080',
      tokenSerialNumber: '014010008031',
      userId: ADA,
      tokenStatus: 'Enabled',
      deviceType: 'SecurID DS100',
    });
    expect(await admin.lookup({ kind: 'device', digits: '140100099' })).toBeUndefined();
  });

  it('are found by the address of their holder', async () => {
    const admin = await open([ONE, TWO], NEEDS);
    expect(await admin.userId('ada@example.com')).toBe(ADA);
    const serials = (await admin.devicesOf(ADA)).map(({ deviceSerialNumber }) => deviceSerialNumber);
    expect(serials).toEqual(['140100080', '140100081']);
    await expect(admin.userId('bob@example.com')).rejects.toMatchObject({ code: 'user-not-found' });
  });

  it('are disabled and enabled, also when they are so already, and answer in the short shape', async () => {
    const admin = await open([ONE], NEEDS);
    for (const status of ['Disabled', 'Disabled', 'Enabled', 'Enabled'] as const) {
      const record = await admin.setStatus(ONE, status, ORIGIN);
      expect(record).toMatchObject({
        userId: ADA,
        tokenSerialNumber: '014010008031',
        tokenStatus: status,
        deviceSerialNumber: '140100080',
      });
      expect(record).not.toHaveProperty('registeredDate');
      expect(await statusOf(admin)).toBe(status);
    }
  });

  it('are not changed for somebody who does not hold them', async () => {
    const admin = await open([ONE], NEEDS);
    const wrong = { ...ONE, userId: BOB };
    for (const change of [
      () => admin.setStatus(wrong, 'Disabled', ORIGIN),
      () => admin.clearPin(wrong, ORIGIN),
      () => admin.delete(wrong, ORIGIN),
      () => admin.delete({ ...ONE, tokenSerialNumber: '014010008039' }, ORIGIN),
      () => admin.clearPin({ ...ONE, tokenSerialNumber: '014010008039' }, ORIGIN),
      () => admin.setStatus({ ...ONE, deviceSerialNumber: '140100099' }, 'Disabled', ORIGIN),
    ]) {
      await expect(change()).rejects.toMatchObject({ code: 'device-not-found' });
    }
    expect(await statusOf(admin)).toBe('Enabled');
  });

  it('lose their PIN, and then the credential itself', async () => {
    const admin = await open([ONE, TWO], NEEDS);
    expect(await admin.clearPin(ONE, ORIGIN)).toEqual({ tokenSerialNumber: '014010008031', pinSet: false });
    await admin.delete(ONE, ORIGIN);
    expect(await statusOf(admin)).toBeUndefined();
    expect(await statusOf(admin, '140100081')).toBe('Enabled');
    await expect(admin.delete(ONE, ORIGIN)).rejects.toMatchObject({ code: 'device-not-found' });
  });
});
