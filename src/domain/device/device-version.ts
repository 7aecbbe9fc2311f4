import type { DeviceResource } from './device.ts';

/**
 * The version of a device: another for every state that its clients can tell apart. It is a digest of what they see. A list
 * makes one for every device, so it is fast and not cryptographic: the worst of a collision is an unnoticed change.
 */
export function versionOf(device: DeviceResource): string {
  const { id, name, type, user, status, created, lastUsed, fails, email, phone, externalId, modified } = device;
  // A line break can separate the texts, since none has one in it.
  const state = `${id}\n${name}\n${type}\n${user}\n${status}\n${created}\n${lastUsed}\n${fails}\n${email}\n${phone}\n${externalId}`;
  return `${modified.toString(36)}-${digest(state)}`;
}

/** Two FNV-1a hashes of 32 bits, with different start values and multipliers. */
function digest(text: string): string {
  let one = 0x811c9dc5;
  let other = 0x9e3779b9;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x85ebca6b) ^ (other >>> 13);
  }
  return (one >>> 0).toString(36) + (other >>> 0).toString(36).padStart(7, '0');
}
