import type { Instant } from '../../domain/instant.ts';
import type { Channel, ChannelSettings } from '../../domain/provider-call/channel.ts';
import type { SettingValue } from '../../domain/settings/setting-value.ts';
import type { User } from '../../domain/user.ts';
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
  put(user: User): void;
  remove(name: string): void;
  /** Whether any user has an attribute. */
  anyHas(attribute: string): boolean;
}

/** The messages of the last hour. */
export interface SendLog {
  /** Messages to a user after a moment. */
  count(user: string, after: Instant): number;
  add(challengeId: string, user: string, time: Instant): void;
  /** Takes back a message that was not sent after all. */
  remove(challengeId: string): void;
}

/** Everything that one transaction can write. */
export interface StoreWriter extends DeviceWriter {
  readonly settings: SettingsWriter;
  readonly users: UsersWriter;
  readonly sends: SendLog;
}
