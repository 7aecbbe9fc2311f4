import type { AuditEvent } from '../../domain/audit/audit.ts';
import type { DeviceRecord } from '../../domain/device/device.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Channel, ChannelSettings } from '../../domain/provider-call/channel.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { User } from '../../domain/user.ts';
import type { Challenge } from '../../domain/verification/challenge.ts';

/** A device as it is at the moment of a decision, with what belongs to it. Nothing of it changes until that is written. */
export interface Seen {
  readonly device: DeviceRecord;
  /** The last challenge, if it was not answered, whether or not it still can be. */
  readonly challenge: Challenge | undefined;
  readonly settings: Settings;
  /** What of it somebody else wrote, who has not the keys of the store. Then nothing of it is to be believed. */
  readonly forged: 'device' | 'user' | 'settings' | undefined;
  /** Unseals the device's secret or PIN. Errors: `store-damaged`. */
  secret(): Secret;
  /** HMAC of a code, bound to its device and challenge, which may be a new one. */
  hashCode(challengeId: string, code: string): Uint8Array;
  /** Whose it is; undefined once that user was removed. */
  readonly owner: Pick<User, 'active'> | undefined;
  /** All that is known of them. */
  user(): User | undefined;
  /** How many other devices of theirs are enabled. */
  enabledBeside(): number;
  /** What a channel is set to. Errors: `setting-forbids` when it lacks values. */
  channel(channel: Channel): ChannelSettings;
  /** Messages to its user after a moment of the last hour. */
  sentAfter(moment: Instant): number;
  /** Whether the last order about the device was that of a bulk run, or is not known any more. */
  madeByRun(): boolean;
  /** Whether somebody gave an order about the device since a run, by its label, changed it. */
  orderedSince(run: string): boolean;
}

/** What one device becomes. Of what is left out nothing changes. */
export interface Change {
  readonly id: string;
  /** The record as it will be; `removed` takes the device away, with all that belongs to it. */
  readonly device?: DeviceRecord | 'removed';
  /** Takes the place of the secret that there was. */
  readonly secret?: Secret;
  /** Takes the place of the challenge that there was; `none` where there is none any more. */
  readonly challenge?: Challenge | 'none';
  /** A message that is about to be sent for a challenge, and counts. */
  readonly message?: { readonly challengeId: string; readonly sent: Instant };
}

/** What comes out of a decision: what is written, and what is told once that is durable. */
export interface Decision<T> {
  readonly answer: T;
  /** One of a device at most. */
  readonly changes?: readonly Change[];
  readonly events?: readonly AuditEvent[];
  /** An event that may come very often: of those that are alike one is told, and a minute later how many more there were. */
  readonly often?: AuditEvent;
  /** The challenge whose message was not sent after all: it counts no more, whatever became of the device. */
  readonly unsent?: string;
}

/**
 * Decides about devices by what they are now: nothing else happens to them between what is seen and what is written. Those
 * that are not there are not among what is seen. `decide` is synchronous, has no effects, and may run more than once; what
 * it throws is the error of the call, and nothing is written. Many decisions may be one transaction. Errors: those of
 * every call of a store; also `key-missing`, `key-wrong`, before anything is written.
 */
export type Decide = <T>(ids: readonly string[], decide: (seen: readonly Seen[]) => Decision<T>) => Promise<T>;
