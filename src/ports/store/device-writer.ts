import type { AuditEvent } from '../../domain/audit/audit.ts';
import type { DeviceRecord } from '../../domain/device/device.ts';
import type { StatusChange } from '../../domain/device/lifecycle.ts';
import type { Contact } from '../../domain/enrollment/contact.ts';
import type { Enrollment } from '../../domain/enrollment/enrollment.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Challenge } from '../../domain/verification/challenge.ts';
import type { Moves } from '../../domain/verification/verification.ts';
import type { DeviceReader } from './device-reader.ts';

/** One transaction, alone in the store from its first statement. All of it is kept, or nothing. */
export interface DeviceWriter extends DeviceReader {
  /** The next number of the counter that automatic names share. */
  nextNumber(): number;
  /** Makes a device of a user by their id. */
  insert(enrollment: Enrollment, userId: string, name: string, created: Instant): DeviceRecord;
  /** Counts an attempt before its code is looked at; false when the device is not one that may be tried. */
  charge(id: string): boolean;
  /** Takes a charge back: fails and the time of the last change are what they were. */
  refund(device: DeviceRecord): void;
  /** Enables, clears fails and moves what the code moves, forward only; false when something else moved first. */
  accept(id: string, moves: Moves, used: Instant): boolean;
  /** Counts a wrong answer against the challenge itself. */
  chargeChallenge(deviceId: string): void;
  setStatus(id: string, change: StatusChange): void;
  setContact(id: string, name: string, contact: Contact): void;
  setExternalId(id: string, externalId: string | undefined): void;
  /** Seals another secret in the place of the one there was. */
  setSecret(id: string, secret: Secret): void;
  clearFails(id: string): void;
  remove(id: string): void;
  /** Replaces whatever challenge the device had. */
  setChallenge(deviceId: string, challenge: Challenge): void;
  /** The challenge can be answered no more. The positions of a PIN are remembered, to be asked for again. */
  endChallenge(deviceId: string): void;
  secretOf(id: string): Secret;
  /** HMAC of a code, bound to its device and challenge. */
  hashCode(deviceId: string, challengeId: string, code: string): Uint8Array;
  /** Whether the last order about the device was that of a bulk run, or is not known any more. */
  madeByRun(id: string): boolean;
  /** Whether somebody gave an order about the device since a run, by its label, changed it. */
  orderedSince(id: string, run: string): boolean;
  append(event: AuditEvent): void;
}
