import type { Origin } from '../domain/audit/origin.ts';
import type { DeviceResource, DeviceType } from '../domain/device/device.ts';
import type { DeviceChanges, DeviceRequest } from '../domain/device/device-changes.ts';
import type { Page, Selection } from '../domain/device/selection.ts';
import type { Secret } from '../domain/secret.ts';

interface CreatedResource {
  readonly resource: DeviceResource;
  /** TOTP and HOTP: what sets up an app. Never to be had again. */
  readonly otpauthUri?: Secret;
}

export interface Precondition {
  /** The change may be no more than to unlock a device that is locked; else `not-allowed`. */
  readonly unlocksOnly?: true;
  /** The versions of which the device must have one; looked at in the transaction that changes it. */
  readonly ifVersion?: readonly string[];
}

/** Devices whose every attribute can be written at once, as SCIM does. Errors of every id: `device-not-found`. */
export interface DeviceResources {
  /** The types that may be created as things are set; the same array while they are. */
  enabledTypes(): Promise<readonly DeviceType[]>;
  list(selection: Selection, page: Page): AsyncIterable<readonly DeviceResource[]>;
  find(id: string): Promise<DeviceResource | undefined>;
  /** Errors: `invalid-value`. */
  create(request: DeviceRequest, origin: Origin): Promise<CreatedResource>;
  /** All changes or none, in one transaction; none of them is no change. Errors: `invalid-value`, `version-mismatch`. */
  put(id: string, changes: DeviceChanges, origin: Origin, precondition?: Precondition): Promise<DeviceResource>;
  /** Errors: `version-mismatch`. */
  remove(id: string, origin: Origin, precondition?: Precondition): Promise<void>;
}
