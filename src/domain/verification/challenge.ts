import type { DeviceRecord } from '../device/device.ts';
import type { Instant } from '../instant.ts';
import type { Channel } from '../provider-call/channel.ts';
import type { RandomBytes } from '../random-source.ts';
import type { Secret } from '../secret.ts';
import type { Settings } from '../settings/settings.ts';

/** Wrong tries after which the code in a message is dead, whatever the device's own limit. */
export const MAX_TRIES = 5;

/** An outstanding request for a code. A device has one at most; a new one replaces it. */
export interface Challenge {
  readonly id: string;
  readonly created: Instant;
  /** The last second in which it can be answered. */
  readonly expires: Instant;
  /** PIN: which digits are asked for, counted from 1, ascending. */
  readonly positions?: readonly number[];
  /** EMAIL, SMS: how the code travelled, and a keyed hash of it; the code itself is nowhere. */
  readonly channel?: Channel;
  readonly codeHash?: Uint8Array;
  readonly tries: number;
}

/** What a type may look at when it is challenged. */
export interface ChallengeTerms {
  readonly device: DeviceRecord;
  readonly settings: Settings;
  /** The last challenge, if it was not answered, whether or not it still can be. */
  readonly before: Challenge | undefined;
  /** Unseals the device's secret or PIN. */
  secret(): Secret;
  readonly randomBytes: RandomBytes;
}

/** What a type wants done when it is challenged. */
export type ChallengeRequest =
  | {
      readonly kind: 'positions';
      readonly positions: readonly number[];
      /** How many digits there are to ask for. */
      readonly length: number;
      readonly ttl: number;
    }
  | {
      readonly kind: 'message';
      readonly to: string;
      readonly code: string;
      readonly ttl: number;
    };

/**
 * Whether a challenge can be answered now: neither expired, nor from the future (the clock was set back), nor one whose
 * message code was tried too often.
 */
export function outstanding(challenge: Challenge | undefined, now: Instant): challenge is Challenge {
  if (challenge === undefined || now < challenge.created || now > challenge.expires) return false;
  return challenge.codeHash === undefined || challenge.tries < MAX_TRIES;
}

/** What is left of a challenge that can be answered no more: the positions of a PIN, which are asked for again. */
export function ended(challenge: Challenge): Challenge | 'none' {
  return challenge.positions === undefined ? 'none' : { ...challenge, expires: challenge.created - 1 };
}
