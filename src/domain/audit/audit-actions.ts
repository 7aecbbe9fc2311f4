import type { DeviceStatus } from '../device/device.ts';

/** Everything that an entry of the audit log can be about: the noun and the verb. What writes an entry takes it from here. */
export const AUDIT_ACTIONS = [
  'device.create',
  'device.challenge',
  'device.verify',
  'device.enable',
  'device.disable',
  'device.lock',
  'device.unlock',
  'device.update',
  'device.reset-fails',
  'device.resync',
  'device.delete',
  'settings.set',
  'settings.unset',
  'settings.test',
  'user.set',
  'user.remove',
  'user.erase',
  'apikey.create',
  'apikey.rotate',
  'apikey.revoke',
  'ds100.add',
  'ds100.enable',
  'ds100.disable',
  'ds100.clear-pin',
  'ds100.delete',
  'audit.export',
  'audit.prune',
  'audit.repair',
  'store.init',
  'store.restore',
  'store.sign',
  'store.key.move',
  'store.key.rotate',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What the log calls an order that gives a device a status, unless it is to unlock one. */
export const STATUS_ACTIONS: Readonly<Record<DeviceStatus, AuditAction>> = {
  C: 'device.update',
  V: 'device.enable',
  L: 'device.lock',
  D: 'device.disable',
};
