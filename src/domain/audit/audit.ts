import type { Device } from '../device/device.ts';
import type { Instant } from '../instant.ts';
import type { AuditAction } from './audit-actions.ts';
import type { Origin } from './origin.ts';

/** What happened, as it is appended to the audit log in the transaction that made it happen. */
export interface AuditEvent extends Origin {
  readonly time: Instant;
  readonly action: AuditAction;
  readonly object: string;
  /** `ok`, `accepted`, or `rejected: ` and why. */
  readonly result: string;
  readonly deviceId?: string;
  readonly user?: string;
}

/** One entry of the log. `seq` counts from 1 without gaps. A log of another release may have other actions. */
export interface AuditEntry extends Omit<AuditEvent, 'action'> {
  readonly seq: number;
  readonly action: string;
}

/** An entry with the HMAC that chains it to the one before it. */
export interface ChainedEntry extends AuditEntry {
  readonly mac: Uint8Array;
}

/** How an entry names a device, so that it can be found after the device is gone: `device 12 TOTP00000001 of ada`. */
export function deviceObject(device: Device): Pick<AuditEvent, 'object' | 'deviceId' | 'user'> {
  return {
    object: `device ${device.id} ${device.name} of ${device.user}`,
    deviceId: device.id,
    user: device.user,
  };
}

/** The bytes under an entry's HMAC: its fields in a fixed order, so that no two entries have the same text. */
export function canonicalEntry(entry: AuditEntry): string {
  const { seq, time, actor, action, object, result, reason, ticket, deviceId, user } = entry;
  return JSON.stringify([
    seq,
    time,
    actor,
    action,
    object,
    result,
    reason ?? null,
    ticket ?? null,
    deviceId ?? null,
    user ?? null,
  ]);
}

/** Which entries of the log. Bounds are inclusive. */
export interface AuditSelection {
  readonly since?: Instant;
  readonly until?: Instant;
  readonly user?: string;
  readonly device?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly ticket?: string;
  /** What the reason contains, ASCII letters without case. */
  readonly reason?: string;
  /** The newest so many. */
  readonly limit?: number;
}
