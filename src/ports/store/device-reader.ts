import type { Device, DeviceRecord, DeviceResource } from '../../domain/device/device.ts';
import type { Page, Selection } from '../../domain/device/selection.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { User } from '../../domain/user.ts';

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
  /** The settings as they are now: other processes may change them. */
  policy(): Settings;
  user(name: string): User | undefined;
  /** Whose a device is; undefined once that user was removed. */
  owner(device: DeviceRecord): User | undefined;
}
