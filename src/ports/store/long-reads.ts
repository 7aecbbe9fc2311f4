import type { KeyObject } from 'node:crypto';
import type { Device, DeviceResource } from '../../domain/device/device.ts';
import type { Page, Selection } from '../../domain/device/selection.ts';
import type { Scope } from '../../domain/scope.ts';
import type { AuditVerdict } from '../audit-log.ts';

/**
 * Reads of a store that may take long, in another thread than the caller's, which goes on meanwhile. Nothing is decided by
 * what they find. Errors of every call: those of the store; `store-busy` when too many wait already.
 */
export interface LongReads {
  /** In a scope, if one is given, as all of them. */
  count(selection: Selection, scope?: Scope): Promise<number>;
  /** The devices of a page, which has a limit. */
  devices(selection: Selection, page: Page, scope?: Scope): Promise<readonly Device[]>;
  resources(selection: Selection, page: Page, scope?: Scope): Promise<readonly DeviceResource[]>;
  verifyAudit(key: KeyObject): Promise<AuditVerdict>;
  close(): void;
}
