import type { Action } from '../domain/api-key/rights.ts';
import type { Origin } from '../domain/audit/origin.ts';
import type { DeviceResource, DeviceType } from '../domain/device/device.ts';
import type { DeviceChanges, DeviceRequest } from '../domain/device/device-changes.ts';
import type { Page, Selection } from '../domain/device/selection.ts';
import type { Secret } from '../domain/secret.ts';

interface CreatedResource {
  readonly resource: DeviceResource;
  /** TOTP and HOTP: sets up an app. It cannot be read again later. */
  readonly otpauthUri?: Secret;
}

export interface Precondition {
  /** Refuses (`not-allowed`) a change of the status that has become more than this action meanwhile. */
  readonly noMoreThan?: Action;
  /** The device must have one of these versions; checked in the transaction of the change. */
  readonly ifVersion?: readonly string[];
}

/** Devices as SCIM serves them: all attributes are written at once. Errors for an unknown id: `device-not-found`. */
export interface DeviceResources {
  /** The types that may be created by the settings; the same array while the settings are the same. */
  enabledTypes(): Promise<readonly DeviceType[]>;
  list(selection: Selection, page: Page): AsyncIterable<readonly DeviceResource[]>;
  find(id: string): Promise<DeviceResource | undefined>;
  /** Errors: `invalid-value`. */
  create(request: DeviceRequest, origin: Origin): Promise<CreatedResource>;
  /** Makes all changes in one transaction, or none. Errors: `invalid-value`, `version-mismatch`. */
  put(id: string, changes: DeviceChanges, origin: Origin, precondition?: Precondition): Promise<DeviceResource>;
  /** Errors: `version-mismatch`. */
  remove(id: string, origin: Origin, precondition?: Precondition): Promise<void>;
}
