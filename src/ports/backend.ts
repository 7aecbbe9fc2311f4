import type { Origin } from '../domain/audit/origin.ts';
import type { Device, DeviceDetails, DeviceStatus, DeviceType } from '../domain/device/device.ts';
import type { Transition } from '../domain/device/lifecycle.ts';
import type { Page, Selection } from '../domain/device/selection.ts';
import type { Contact } from '../domain/enrollment/contact.ts';
import type { EnrollmentRequest, EnrollmentTerms } from '../domain/enrollment/enrollment.ts';
import type { Instant } from '../domain/instant.ts';
import type { Channel } from '../domain/provider-call/channel.ts';
import type { Scope } from '../domain/scope.ts';
import type { Secret } from '../domain/secret.ts';
import type { Judgement, Verdict } from '../domain/verification/verification.ts';
import type { ApiKeyStore, ApiKeys } from './api-keys.ts';
import type { AuditLog } from './audit-log.ts';
import type { Batches } from './bulk/batches.ts';
import type { DeviceResources } from './device-resources.ts';
import type { SettingsAdmin } from './settings-admin.ts';
import type { UserDirectory } from './user-directory.ts';

export interface CreatedDevice {
  readonly device: Device;
  /** TOTP and HOTP: sets up an app. It cannot be read again later. */
  readonly otpauthUri?: Secret;
}

/** What a challenge answers. It never has the code in it. */
export interface ChallengeReceipt {
  readonly id: string;
  /** What is asked for; `PIN` unless a server words it otherwise. */
  readonly cell: string;
  /** The name of the device. */
  readonly cardNumber: string;
  readonly channel?: Channel;
  /** PIN: the digits asked for, counted from 1. */
  readonly positions?: readonly number[];
  /** PIN: how many digits it has. */
  readonly pinLength?: number;
  readonly expires?: Instant;
  /** False if an earlier code is still valid, and no new one was sent. */
  readonly sent?: boolean;
}

export interface ChallengeOptions {
  /** Sends a new code even if an earlier one is still valid. */
  readonly resend?: boolean;
  /** Calls instead of writing. */
  readonly voice?: boolean;
}

/**
 * The devices of a place, which is a local store or a server. What not every place can do is in optional members. An unknown
 * id is `device-not-found`. Every change names its origin; if the place has an audit log, the change is in it before it is
 * answered.
 */
export interface Backend extends Partial<FurtherPorts> {
  /** Devices in pages, as they arrive. */
  list(selection: Selection, page: Page): AsyncIterable<readonly Device[]>;
  count(selection: Selection, page?: Pick<Page, 'unreadable'>): Promise<number>;
  find(id: string): Promise<DeviceDetails | undefined>;
  /** The device of the newest challenge of a user that can still be answered; of the type, if one is given. */
  challenged(user: string, type?: DeviceType): Promise<Device | undefined>;
  /** What settings and label a new device of a user will have. */
  enrollmentTerms(user: string): Promise<EnrollmentTerms>;
  /** Errors: `not-supported-here` for what the server decides itself, such as the digits of a TOTP device. */
  create(request: EnrollmentRequest, origin: Origin): Promise<CreatedDevice>;
  /**
   * Errors: `status-forbids` when locked or disabled, `setting-forbids`, `no-channel`, `send-limit`,
   * `tag-without-value`, `delivery-failed`; `not-supported-here` for options that the server does not have.
   */
  challenge(id: string, options: ChallengeOptions, origin: Origin): Promise<ChallengeReceipt>;
  verify(id: string, code: string, origin: Origin): Promise<Verdict>;
  /** A device that has the status already is a success. Errors: `status-forbids`. */
  transition(id: string, to: Transition, origin: Origin): Promise<Device>;
  /** Sets a status, whatever status the device has, as PATCH and undo do. */
  setStatus(id: string, status: DeviceStatus, origin: Origin): Promise<Device>;
  remove(id: string, origin: Origin): Promise<void>;
  /** Changes many devices with few requests; absent if each costs nothing by itself. */
  batches?(): Promise<Batches>;
  close(): void;
}

/** What a local store and an `otpctl serve` can do besides, and other servers cannot. */
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

/** A backend that can do all of it: a local store, or an `otpctl serve`. */
export type WholeBackend = Backend & FurtherPorts;

/** A local store, which `otpctl serve` can serve. */
export interface ServableBackend extends WholeBackend {
  /** What `verify` does with one code, and `resync` with two. */
  judge(id: string, codes: readonly [string, string?], origin: Origin): Promise<Judgement>;
  readonly apiKeys: ApiKeyStore;
  /** Its devices as SCIM serves them. */
  readonly resources: DeviceResources;
  /**
   * The same place, in which only the users of a scope are there, with what belongs to them: what is outside is as what there
   * is not, and what is of no user is refused (`not-allowed`).
   */
  within(scope: Scope): Promise<ServableBackend>;
}
