import { hash } from 'node:crypto';
import type { DeviceResource } from './device.ts';

/** What tells one state of a device from another: a digest of everything that its clients may see. */
export function versionOf(device: DeviceResource): string {
  const { id, name, type, user, status, created, lastUsed, fails, email, phone, externalId, modified } = device;
  const state = [id, name, type, user, status, created, lastUsed, fails, email, phone, externalId, modified];
  return hash('sha256', JSON.stringify(state), 'base64url').slice(0, 22);
}
