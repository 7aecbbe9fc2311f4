import type { Algorithm } from './device.ts';

/** The policy values of each type. Durations are seconds. */
export interface Settings {
  readonly totp: {
    readonly digits: number;
    readonly algorithm: Algorithm;
    readonly period: number;
    /** Steps accepted each way around the recorded drift. */
    readonly window: number;
    readonly issuer: string;
    readonly lockAfter: number;
  };
  readonly hotp: {
    readonly digits: number;
    readonly algorithm: Algorithm;
    /** Counters accepted beyond the next one (RFC 4226 section 7.4, parameter s). */
    readonly lookAhead: number;
    readonly issuer: string;
    readonly lockAfter: number;
  };
  readonly email: MessageSettings;
  readonly sms: MessageSettings;
  readonly pin: { readonly minLength: number; readonly digitsToAsk: number; readonly lockAfter: number };
}

interface MessageSettings {
  readonly digits: number;
  readonly ttl: number;
  readonly lockAfter: number;
  /** A repeated challenge within this time sends nothing, unless it is asked to. */
  readonly resendAfter: number;
}

const MESSAGE: MessageSettings = { digits: 6, ttl: 300, lockAfter: 10, resendAfter: 60 };

export const DEFAULT_SETTINGS: Settings = {
  totp: { digits: 6, algorithm: 'SHA1', period: 30, window: 1, issuer: 'otpctl', lockAfter: 10 },
  hotp: { digits: 6, algorithm: 'SHA1', lookAhead: 10, issuer: 'otpctl', lockAfter: 10 },
  email: MESSAGE,
  sms: MESSAGE,
  pin: { minLength: 8, digitsToAsk: 3, lockAfter: 10 },
};
