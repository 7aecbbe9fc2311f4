import type { AuditEvent } from '../domain/audit.ts';
import type { Challenge } from '../domain/challenge.ts';
import type { Contact } from '../domain/contact.ts';
import type { Device, DeviceRecord, DeviceResource, DeviceType } from '../domain/device.ts';
import type { Enrollment } from '../domain/enrollment.ts';
import type { Instant } from '../domain/instant.ts';
import type { StatusChange } from '../domain/lifecycle.ts';
import type { Held } from '../domain/query/selection-cost.ts';
import type { Secret } from '../domain/secret.ts';
import type { Page, Selection } from '../domain/selection.ts';
import type { SettingRow } from '../domain/setting-value.ts';
import type { Settings } from '../domain/settings.ts';
import type { User } from '../domain/user.ts';
import type { Moves } from '../domain/verification.ts';
import type { Explanation } from './backend.ts';
import type { StoreWriter } from './store-writer.ts';

/** Reads devices. Needs no key. */
export interface DeviceReader {
  find(id: string): DeviceRecord | undefined;
  /** The same, without what only a verification asks for. */
  findResource(id: string): DeviceResource | undefined;
  /** Devices in pages, read as they are asked for. */
  list(selection: Selection, page: Page): Iterable<readonly Device[]>;
  /** The same, as resources. */
  listResources(selection: Selection, page: Page): Iterable<readonly DeviceResource[]>;
  count(selection: Selection): number;
  challengeOf(deviceId: string): Challenge | undefined;
  /** The settings as they are now: other processes may change them. */
  policy(): Settings;
  user(name: string): User | undefined;
}

/** One transaction, alone in the store from its first statement. All of it is kept, or nothing. */
export interface DeviceWriter extends DeviceReader {
  /** How a user's name was first written, for any spelling of it; undefined for a new user. */
  spelling(user: string): string | undefined;
  /** The next number of the counter that automatic names share. */
  nextNumber(): number;
  insert(enrollment: Enrollment, name: string, created: Instant): DeviceRecord;
  /** Counts an attempt before its code is looked at; false when the device is not one that may be tried. */
  charge(id: string): boolean;
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
  /** Replaces whatever challenge the device had; undefined leaves it with none. */
  setChallenge(deviceId: string, challenge: Challenge | undefined): void;
  secretOf(id: string): Secret;
  /** HMAC of a code, bound to its device and challenge. */
  hashCode(deviceId: string, challengeId: string, code: string): Uint8Array;
  /** Whether the last order about the device was that of a bulk run, or is not known any more. */
  madeByRun(id: string): boolean;
  /** Whether somebody gave an order about the device since a run, by its label, changed it. */
  orderedSince(id: string, run: string): boolean;
  append(event: AuditEvent): void;
}

/** The devices in a store. Errors of every call: `store-busy`, `disk`, `store-damaged`, `store-read-only`. */
export interface DeviceStore extends DeviceReader {
  /** The device of a user, of any or one type, whose challenge is the newest that can still be answered. */
  challenged(user: string, type: DeviceType | undefined, now: Instant): Device | undefined;
  /** No less than there are devices; takes no time. */
  size(): number;
  readonly held: Held;
  /** How a list would be read: the query, what is bound in it, and the plan. */
  explain(selection: Selection, page: Page): Explanation;
  /** Every setting, secrets masked. Needs no key. */
  settingRows(): readonly SettingRow[];
  /** By name, in pages. */
  users(): Iterable<readonly User[]>;
  /** Runs `work` in one immediate transaction. Errors: also `key-missing`, `key-wrong`, before anything is written. */
  write<T>(work: (writer: StoreWriter) => T): Promise<T>;
  close(): void;
}
