import { deviceTypes } from '../device-types/index.ts';
import { type Contact, emailAddress } from '../enrollment/contact.ts';
import { phoneNumber } from '../enrollment/phone-number.ts';
import { invalid } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { freeTextProblem } from '../text/printable.ts';
import type { DeviceRecord, DeviceStatus, DeviceType } from './device.ts';

/** A new device, as a client of the server asks for it. */
export interface DeviceRequest extends Contact {
  readonly type: DeviceType;
  readonly user: string;
  readonly status?: DeviceStatus;
  readonly externalId?: string;
  /** Ignored for a type without PIN. */
  readonly pin?: Secret;
}

/** Changes that a client of the server asks for: what is absent stays, and null removes. */
export interface DeviceChanges {
  readonly status?: DeviceStatus;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly externalId?: string | null;
  /** A new PIN; ignored for a device without PIN. */
  readonly pin?: Secret | null;
}

const CONTACTS = { email: emailAddress, phone: phoneNumber } as const;

/**
 * The e-mail address and phone number of a device after changes. What the type sends messages to must be valid and cannot
 * be removed; the other is a free text. Errors: `invalid-value`; the message never has the text in it.
 */
export function nextContact(device: Pick<DeviceRecord, 'type' | 'email' | 'phone'>, changes: DeviceChanges): Contact {
  const next: { email?: string; phone?: string } = {};
  for (const option of ['email', 'phone'] as const) {
    const wanted = changes[option];
    const value = wanted === undefined ? device[option] : contactText(device.type, option, wanted);
    if (value !== undefined) next[option] = value;
  }
  return next;
}

/** Whether the device's messages, and so its name, depend on this part of the contact. */
export function usesContact(type: DeviceType, option: keyof Contact): boolean {
  return deviceTypes[type].options.includes(option);
}

function contactText(type: DeviceType, option: keyof Contact, value: string | null): string | undefined {
  if (!usesContact(type, option)) return value === null ? undefined : freeText(option, value);
  if (value === null) throw invalid(`a device of type ${type} needs its ${option}`);
  return CONTACTS[option](value);
}

/** Checks a free text: not blank, no control characters, at most 1,000 characters. */
export function freeText(what: string, text: string): string {
  if (text.trim() === '') throw invalid(`${what} is blank`);
  const problem = freeTextProblem(text);
  if (problem !== undefined) throw invalid(`${what} ${problem}`);
  return text;
}
