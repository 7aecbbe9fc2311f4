import type { Instant } from '../instant.ts';
import type { Channel } from '../provider-call/channel.ts';

export const DEVICE_TYPES = ['TOTP', 'HOTP', 'EMAIL', 'SMS', 'PIN'] as const;
export type DeviceType = (typeof DEVICE_TYPES)[number];

/** Reads a device type, without case. */
export function parseDeviceType(text: string): DeviceType | undefined {
  return DEVICE_TYPES.find((type) => type === text.toUpperCase());
}

/** `C` created, `V` enabled (validated), `L` locked, `D` disabled. */
export const DEVICE_STATUSES = ['C', 'V', 'L', 'D'] as const;
export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

/**
 * An enrolled device, without its secret: this type must never have a field for one. A server may have types and statuses
 * that are unknown here. They are kept as they came, so look up a type with `typeRules`, which may find none.
 */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly type: DeviceType;
  readonly user: string;
  readonly status: DeviceStatus;
  readonly created: Instant;
  readonly lastUsed?: Instant;
  /** Consecutive failed attempts. */
  readonly fails: number;
  readonly email?: string;
  readonly phone?: string;
  /** The name that a client gave it (RFC 7643 section 3.1); shown where it is asked for. */
  readonly externalId?: string;
}

export type DeviceAttribute = keyof Device;

/** The attributes in the order in which every output writes them. */
export const DEVICE_ATTRIBUTES = [
  'id',
  'name',
  'type',
  'user',
  'status',
  'created',
  'lastUsed',
  'fails',
  'email',
  'phone',
] as const satisfies readonly DeviceAttribute[];

/** HMAC algorithms of RFC 6238, as `otpauth://` URIs spell them. */
export const ALGORITHMS = ['SHA1', 'SHA256', 'SHA512'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Parameters that `device show` adds, as far as the type has them. */
export interface DeviceParameters {
  /** Its user accepts nothing, whatever the device is. */
  readonly userState?: 'inactive' | 'removed';
  readonly digits?: number;
  readonly algorithm?: Algorithm;
  /** Seconds in a time step. */
  readonly period?: number;
  /** How long a code stays acceptable, in seconds: the period times the steps in the window. */
  readonly acceptedForSeconds?: number;
  /** Came back from a backup, and accepts nothing until it is resynchronised. */
  readonly resyncNeeded?: true;
}

export type DeviceDetails = Device & DeviceParameters;

/** A device as SCIM serves it: with the time of its last change. */
export interface DeviceResource extends Device {
  readonly modified: Instant;
}

/** A device as the core works on it: also what verification changes. */
export interface DeviceRecord extends DeviceResource {
  /** Whose it is. Nobody has the id once the user was removed. */
  readonly userId?: string;
  /** The status to which `unlock` returns a locked device. */
  readonly statusBeforeLock?: 'C' | 'V';
  readonly digits?: number;
  readonly algorithm?: Algorithm;
  readonly period?: number;
  /** HOTP: the next counter to accept; 64 bits (RFC 4226 section 5.1). */
  readonly counter?: bigint;
  /** TOTP: the last accepted time step; none at or below it is accepted again. */
  readonly lastStep?: number;
  /** TOTP: how many steps the device's clock was ahead at its last success (RFC 6238 section 6). */
  readonly drift: number;
  /** Came back from a backup that may be behind it: nothing is accepted but a resync. */
  readonly resyncNeeded?: true;
  /** How the last code of a message travelled. */
  readonly lastChannel?: Channel;
}

/** A record without what only verification needs. */
export function visible(record: DeviceRecord): Device {
  const { id, name, type, user, status, created, lastUsed, fails, email, phone, externalId } = record;
  return {
    id,
    name,
    type,
    user,
    status,
    created,
    ...(lastUsed !== undefined && { lastUsed }),
    fails,
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
    ...(externalId !== undefined && { externalId }),
  };
}

/** A record as SCIM serves it. */
export function resourceOf(record: DeviceRecord): DeviceResource {
  return { ...visible(record), modified: record.modified };
}

const WORDS: Record<DeviceStatus, string> = { C: 'created', V: 'enabled', L: 'locked', D: 'disabled' };

/** The word that tables and prompts write for a status; one that nobody knows stays as it came. */
export function statusWord(status: string): string {
  return Object.hasOwn(WORDS, status) ? WORDS[status as DeviceStatus] : status;
}

/** All of these words. */
export const STATUS_WORDS: readonly string[] = Object.values(WORDS);

/** Reads a status from a letter or a word, without case; `validated` and `E` are enabled. */
export function parseStatus(text: string): DeviceStatus | undefined {
  const wanted = text.toLowerCase();
  if (wanted === 'validated' || wanted === 'e') return 'V';
  const found = Object.entries(WORDS).find(([letter, word]) => wanted === word || wanted === letter.toLowerCase());
  return found?.[0] as DeviceStatus | undefined;
}

const DIGITS = /^(?:0|[1-9][0-9]*)$/;

/** The order of ids: those of digits as the numbers that they are, and before all others. */
export function compareIds(a: string, b: string): number {
  const numbers = [DIGITS.test(a), DIGITS.test(b)];
  if (numbers[0] && numbers[1] && a.length !== b.length) return a.length - b.length;
  if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
