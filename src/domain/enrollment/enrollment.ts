import type { Algorithm, DeviceStatus, DeviceType } from '../device/device.ts';
import type { Secret } from '../secret.ts';
import type { Settings } from '../settings/settings.ts';
import type { User } from '../user.ts';
import type { Contact } from './contact.ts';

/** What an administrator asks for. What a type does not have must be absent. */
export interface EnrollmentRequest extends Contact {
  readonly type: DeviceType;
  readonly user: string;
  readonly pin?: Secret;
  /** The administrator's own key, for TOTP and HOTP. */
  readonly secret?: Secret;
  /** Takes such a key over although it is shorter than it should be. */
  readonly allowWeakSecret?: boolean;
  readonly digits?: number;
  readonly algorithm?: Algorithm;
  readonly period?: number;
  readonly counter?: bigint;
  readonly issuer?: string;
  /** How an app labels it; the user's name unless something else is known. */
  readonly account?: string;
}

/** A device to be: checked, complete, with nothing stored yet. */
export interface Enrollment extends Contact {
  readonly type: DeviceType;
  readonly user: string;
  /** Created, unless it is to be born in another one. */
  readonly status?: DeviceStatus;
  readonly externalId?: string;
  readonly digits?: number;
  readonly algorithm?: Algorithm;
  readonly period?: number;
  readonly counter?: bigint;
  /** The key or the PIN: sealed in the store, and nowhere else. */
  readonly secret?: Secret;
  /** The URI that sets up an authenticator app. As secret as the key in it. */
  readonly otpauthUri?: Secret;
}

/** What holds for new devices of a user. */
export interface EnrollmentTerms {
  readonly settings: Settings;
  /** How an app labels them: the full name where one is known, else the user's name. */
  readonly account: string;
}

/** The terms for a user of whom so much is known. A name with a colon cannot stand in a label. */
export function enrollmentTerms(
  name: string,
  user: Pick<User, 'attributes'> | undefined,
  settings: Settings,
): EnrollmentTerms {
  const fullName = user?.attributes['fullName'];
  return { settings, account: fullName !== undefined && !fullName.includes(':') ? fullName : name };
}

/** How an error says what a request may carry. */
export const OPTION_WORDS = {
  email: 'e-mail address',
  phone: 'phone number',
  pin: 'PIN',
  secret: 'secret of its own',
  digits: 'digits to choose',
  algorithm: 'algorithm',
  period: 'period',
  counter: 'counter',
  issuer: 'issuer',
} as const;

/** What a request may carry besides type and user. */
export type EnrollmentOption = keyof typeof OPTION_WORDS;
