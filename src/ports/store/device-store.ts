import type { Device, DeviceType } from '../../domain/device/device.ts';
import type { Instant } from '../../domain/instant.ts';
import type { DevicesWith } from '../../domain/query/selection-cost.ts';
import type { SettingRow } from '../../domain/settings/setting-value.ts';
import type { User } from '../../domain/user.ts';
import type { Decide } from './decisions.ts';
import type { DeviceReader } from './device-reader.ts';
import type { StoreWriter } from './store-writer.ts';

/** The devices in a store. Errors of every call: `store-busy`, `disk`, `store-damaged`, `store-read-only`. */
export interface DeviceStore extends DeviceReader {
  /** The device of a user, of any or one type, whose challenge is the newest that can still be answered. */
  challenged(user: string, type: DeviceType | undefined, now: Instant): Device | undefined;
  /** At least as many as there are devices. Takes no time. */
  size(): number;
  readonly devicesWith: DevicesWith;
  /** Every setting, secrets masked. Needs no key. */
  settingRows(): readonly SettingRow[];
  /** By name, in pages. */
  users(): Iterable<readonly User[]>;
  readonly decide: Decide;
  /** Runs `work`, which decides about no device that there is, in a transaction of its own. Errors: also `key-missing`, `key-wrong`, before anything is written. */
  write<T>(work: (writer: StoreWriter) => T): Promise<T>;
  close(): void;
}
