import type { Algorithm } from '../device/device.ts';
import { parseDuration } from '../duration.ts';
import { SETTINGS, type SettingKey } from './setting-rules.ts';
import type { SettingRow, SettingValue } from './setting-value.ts';

/** The policy values of each type. Durations are seconds. What is secret in a channel is not among them. */
export interface Settings {
  readonly totp: Switched & {
    readonly digits: number;
    readonly algorithm: Algorithm;
    readonly period: number;
    /** Steps accepted each way around the recorded drift. */
    readonly window: number;
    readonly issuer: string;
    readonly lockAfter: number;
  };
  readonly hotp: Switched & {
    readonly digits: number;
    readonly algorithm: Algorithm;
    /** Counters accepted beyond the next one (RFC 4226 section 7.4, parameter s). */
    readonly lookAhead: number;
    readonly issuer: string;
    readonly lockAfter: number;
  };
  readonly email: Switched & MessageSettings;
  readonly sms: Switched & MessageSettings;
  /** Calls carry the codes of SMS devices: digits and time to live are theirs. */
  readonly voice: Switched & { readonly lockAfter: number };
  readonly pin: Switched & { readonly minLength: number; readonly digitsToAsk: number; readonly lockAfter: number };
  readonly send: {
    /** Messages to one user in an hour, over all devices and channels. */
    readonly perUserPerHour: number;
    /** A repeated challenge within this time sends nothing, unless it is asked to. */
    readonly resendAfter: number;
  };
  readonly users: {
    /** Enabled devices of a user at most. Who has more keeps them. */
    readonly maxDevices: number;
    /** Whether only users that are known may have devices. */
    readonly strict: boolean;
  };
}

interface Switched {
  readonly enabled: boolean;
}

interface MessageSettings {
  readonly digits: number;
  readonly ttl: number;
  readonly lockAfter: number;
}

/** The settings that values make, by their keys; what has no value has its default. */
export function settingsOf(values: ReadonlyMap<string, SettingValue | undefined>): Settings {
  const value = <T>(key: SettingKey) => (values.get(key) ?? SETTINGS[key].default) as T;
  const seconds = (key: SettingKey) => secondsOf(value(key));
  const message = (channel: 'email' | 'sms') => ({
    enabled: value<boolean>(`${channel}.enabled`),
    digits: value<number>(`${channel}.digits`),
    ttl: seconds(`${channel}.ttl`),
    lockAfter: value<number>(`${channel}.lockAfter`),
  });
  return {
    totp: {
      enabled: value('totp.enabled'),
      digits: value('totp.digits'),
      algorithm: value('totp.algorithm'),
      period: value('totp.period'),
      window: value('totp.window'),
      issuer: value('totp.issuer'),
      lockAfter: value('totp.lockAfter'),
    },
    hotp: {
      enabled: value('hotp.enabled'),
      digits: value('hotp.digits'),
      algorithm: value('hotp.algorithm'),
      lookAhead: value('hotp.lookAhead'),
      issuer: value('hotp.issuer'),
      lockAfter: value('hotp.lockAfter'),
    },
    email: message('email'),
    sms: message('sms'),
    voice: { enabled: value('voice.enabled'), lockAfter: value('voice.lockAfter') },
    pin: {
      enabled: value('pin.enabled'),
      minLength: value('pin.minLength'),
      digitsToAsk: value('pin.digitsToAsk'),
      lockAfter: value('pin.lockAfter'),
    },
    send: { perUserPerHour: value('send.perUserPerHour'), resendAfter: seconds('send.resendAfter') },
    users: { maxDevices: value('users.maxDevices'), strict: value('users.strict') },
  };
}

/** The seconds of a duration that was checked when it was set. */
function secondsOf(text: string): number {
  const duration = parseDuration(text);
  if (!('seconds' in duration)) throw new TypeError(`${text} is not a number of seconds`);
  return duration.seconds;
}

export const DEFAULT_SETTINGS: Settings = settingsOf(new Map());

/** What everybody may see of a value. */
export function masked(key: SettingKey, value: SettingValue | undefined): SettingValue | undefined {
  return value === undefined ? undefined : (SETTINGS[key].mask?.(value) ?? value);
}

/** A setting as everybody may see it. `value` is masked already. */
export function settingRow(key: SettingKey, value: SettingValue | undefined): SettingRow {
  const standard = SETTINGS[key].default;
  const effective = value ?? standard;
  return {
    key,
    ...(effective !== undefined && { value: effective }),
    ...(standard !== undefined && { default: standard }),
  };
}
