import type { Instant } from '../../domain/instant.ts';
import type { Channel, ChannelSettings } from '../../domain/provider-call/channel.ts';
import type { SettingValue } from '../../domain/settings/setting-value.ts';
import type { NewUser, User } from '../../domain/user.ts';
import type { DeviceWriter } from './device-writer.ts';

/** Settings inside a transaction, with their secrets open. */
export interface SettingsWriter {
  /** The values that were set, by key. A secret that does not open is the masked text that is shown for it. */
  values(): ReadonlyMap<string, SettingValue>;
  /** Sets a value, sealed where it is secret; undefined takes it away. */
  set(key: string, value: SettingValue | undefined): void;
  /** What a channel is set to. Errors: `setting-forbids` when it lacks values. */
  channel(channel: Channel): ChannelSettings;
}

export interface UsersWriter {
  /** Makes a user known, under an id that nobody had. */
  add(user: NewUser, created: Instant): User;
  /** Writes what is known of a user who is there: all but the id, the name, and the times of the first. */
  change(user: User): void;
  /** The devices stay, and belong to an id that nobody has. */
  remove(id: string): void;
  /** How many devices of a user are enabled. */
  enabledDevices(user: User): number;
  /** Whether any user has an attribute. */
  anyHas(attribute: string): boolean;
}

/** Everything that one transaction can write. */
export interface StoreWriter extends DeviceWriter {
  readonly settings: SettingsWriter;
  readonly users: UsersWriter;
}
