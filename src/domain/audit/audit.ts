import { createHash } from 'node:crypto';
import type { Device, DeviceRecord } from '../device/device.ts';
import { type Instant, LAST_TIME } from '../instant.ts';
import { grouped } from '../text/counted.ts';
import { printable } from '../text/printable.ts';
import type { AuditAction } from './audit-actions.ts';
import type { AuditPosition } from './audit-cursor.ts';
import type { Origin } from './origin.ts';

/** What happened, as it is appended to the audit log in the transaction that made it happen. */
export interface AuditEvent extends Origin {
  readonly time: Instant;
  readonly action: AuditAction;
  readonly object: string;
  readonly result: AuditResult;
  readonly deviceId?: string;
  /** The type of that device. */
  readonly type?: string;
  readonly user?: string;
  /** The id of that user, which nobody else is ever given. */
  readonly userId?: string;
}

/** What an entry says became of what it is about. */
type AuditVerdict = 'ok' | 'accepted' | 'rejected' | 'failed';

/** That; where there is more to say, a colon and a space before it: `rejected: wrong code`. */
export type AuditResult = AuditVerdict | `${AuditVerdict}: ${string}`;

/** The action of an entry that seals what is broken. */
export const REPAIR = 'audit.repair';

/** The action of an entry that says who took away the texts of others. */
export const ERASE = 'user.erase';

/** One entry of the log. `seq` counts from 1 without gaps. A log of another release may have other actions. */
export interface AuditEntry extends Omit<AuditEvent, 'action' | 'result' | 'undoes'> {
  readonly seq: number;
  readonly action: string;
  readonly result: string;
  /** The chain that it is part of; entries of format 1 do not say it. */
  readonly chain?: number;
}

/** How an entry names a device, so that it can be found after the device is gone: `device 12 TOTP00000001 of ada`. */
export function deviceObject(
  device: Device & Pick<DeviceRecord, 'userId'>,
): Pick<AuditEvent, 'object' | 'deviceId' | 'type' | 'user' | 'userId'> {
  return {
    object: `device ${device.id} ${device.name} of ${device.user}`,
    deviceId: device.id,
    type: device.type,
    user: device.user,
    ...(device.userId !== undefined && { userId: device.userId }),
  };
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
  /** Entries behind this place. */
  readonly after?: AuditPosition;
  /** The newest so many; with `after` the first so many. */
  readonly limit?: number;
}

/**
 * The most characters (UTF-16 code units) of each text of an entry. Readers are stricter; the result of a change of a
 * template, which holds it before and after, is the longest that there is.
 */
export const AUDIT_BOUNDS = {
  actor: 300,
  action: 200,
  object: 2000,
  result: 100_000,
  reason: 2000,
  ticket: 2000,
  deviceId: 200,
  type: 200,
  user: 500,
  userId: 200,
  run: 200,
  door: 200,
  peer: 200,
  client: 200,
} as const satisfies Partial<Record<keyof AuditEvent, number>>;

/** Of a time that no year of four digits has the nearest one, which every output can write. */
export function recordableTime(time: number): number {
  return Math.max(0, Math.min(time, LAST_TIME));
}

const FIELDS = Object.entries(AUDIT_BOUNDS) as [keyof typeof AUDIT_BOUNDS, number][];

/**
 * An event as the log can keep it, byte for byte, whatever its texts were: ill-formed UTF-16, control characters and
 * what hides or reorders text are written out as `\u{1b}`, and what is beyond the bound of a field is cut, with the
 * length and the SHA-256 of the whole. A clock may be set to anything. It never refuses: that something was refused must
 * be recorded, too.
 */
export function recordable(event: AuditEvent): AuditEvent {
  const time = recordableTime(event.time);
  let kept = time === event.time ? event : { ...event, time };
  for (const [field, bound] of FIELDS) {
    const text = event[field];
    if (text === undefined) continue;
    const safe = bounded(printable(text), bound);
    if (safe !== text) kept = { ...kept, [field]: safe };
  }
  return kept;
}

function bounded(text: string, bound: number): string {
  if (text.length <= bound) return text;
  const digest = createHash('sha256').update(text).digest('hex');
  const note = ` ... (cut: ${grouped(text.length)} characters, SHA-256 ${digest})`;
  const kept = text.slice(0, bound - note.length);
  // Half of a pair is no text.
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}${note}`;
}
