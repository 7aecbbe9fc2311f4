import type { Origin } from '../domain/audit/origin.ts';
import type { Device, DeviceDetails, DeviceStatus, DeviceType } from '../domain/device/device.ts';
import type { Transition } from '../domain/device/lifecycle.ts';
import type { Page, Selection } from '../domain/device/selection.ts';
import type { Contact } from '../domain/enrollment/contact.ts';
import type { EnrollmentRequest, EnrollmentTerms } from '../domain/enrollment/enrollment.ts';
import type { Instant } from '../domain/instant.ts';
import type { Channel } from '../domain/provider-call/channel.ts';
import type { Secret } from '../domain/secret.ts';
import type { Verdict } from '../domain/verification/verification.ts';
import type { ApiKeyStore, ApiKeys } from './api-keys.ts';
import type { AuditLog } from './audit-log.ts';
import type { Batches } from './bulk/batches.ts';
import type { DeviceResources } from './device-resources.ts';
import type { SettingsAdmin } from './settings-admin.ts';
import type { UserDirectory } from './user-directory.ts';

export interface CreatedDevice {
  readonly device: Device;
  /** TOTP and HOTP: what sets up an app. Never to be had again. */
  readonly otpauthUri?: Secret;
}

/** The answer to a challenge. Never the code. */
export interface ChallengeReceipt {
  readonly id: string;
  /** What is asked for; `PIN` unless a server words it otherwise. */
  readonly cell: string;
  /** The name of the device. */
  readonly cardNumber: string;
  readonly channel?: Channel;
  /** PIN: the digits asked for, counted from 1. */
  readonly positions?: readonly number[];
  /** PIN: how many digits it has, for a pattern that shows which are asked for. */
  readonly pinLength?: number;
  readonly expires?: Instant;
  /** False when a code is under way already and none was sent. */
  readonly sent?: boolean;
}

export interface ChallengeOptions {
  /** Sends again although a code is under way. */
  readonly resend?: boolean;
  /** Calls, where a device can be called. */
  readonly voice?: boolean;
}

/**
 * What the commands talk to: what every place can do with its devices, and the further ports of those places that have
 * them. Ids are strings; an id that is not there is `device-not-found`. Every change takes its origin, and where the place
 * has an audit log it is in it when it is answered.
 */
export interface Backend extends Partial<FurtherPorts> {
  /** Devices in pages, as they arrive. */
  list(selection: Selection, page: Page): AsyncIterable<readonly Device[]>;
  count(selection: Selection, page?: Pick<Page, 'unreadable'>): Promise<number>;
  find(id: string): Promise<DeviceDetails | undefined>;
  /** The device of a user, of a type if one is named, that has a challenge under way: the newest challenge's. */
  challenged(user: string, type?: DeviceType): Promise<Device | undefined>;
  /** What a new device of a user will be like, before anything is asked for. */
  enrollmentTerms(user: string): Promise<EnrollmentTerms>;
  /** Errors: `not-supported-here` for what the place decides by itself, such as the digits of a TOTP. */
  create(request: EnrollmentRequest, origin: Origin): Promise<CreatedDevice>;
  /**
   * Errors: `status-forbids` when locked or disabled, `setting-forbids`, `no-channel`, `send-limit`,
   * `tag-without-value`, `delivery-failed`; `not-supported-here` for options that the place cannot follow.
   */
  challenge(id: string, options: ChallengeOptions, origin: Origin): Promise<ChallengeReceipt>;
  verify(id: string, code: string, origin: Origin): Promise<Verdict>;
  /** Already there is a success that changes nothing. Errors: `status-forbids`. */
  transition(id: string, to: Transition, origin: Origin): Promise<Device>;
  /** Writes a status from whatever the device is in, as PATCH and undo do. Already there is a success. */
  setStatus(id: string, status: DeviceStatus, origin: Origin): Promise<Device>;
  remove(id: string, origin: Origin): Promise<void>;
  /** Many devices with few requests; absent where each is as cheap by itself. */
  batches?(): Promise<Batches>;
  close(): void;
}

/** What a local store and an `otpctl serve` can do besides, and plain SCIM has no words for. */
interface FurtherPorts {
  /** Errors: `status-forbids` when locked or disabled, and for types that have nothing to resync. */
  resync(id: string, codes: readonly [string, string], origin: Origin): Promise<Verdict>;
  update(id: string, contact: Contact, origin: Origin): Promise<Device>;
  resetFails(id: string, origin: Origin): Promise<Device>;
  readonly audit: AuditLog;
  readonly settings: SettingsAdmin;
  readonly users: UserDirectory;
  readonly apiKeys: ApiKeys;
}

/** A place that has all of it: a local store, or an `otpctl serve`. */
export type WholeBackend = Backend & FurtherPorts;

/** A local store, of which a server can be made. */
export interface ServableBackend extends WholeBackend {
  readonly apiKeys: ApiKeyStore;
  /** Its devices as SCIM serves them. */
  readonly resources: DeviceResources;
}
