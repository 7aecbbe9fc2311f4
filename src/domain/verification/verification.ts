import type { DeviceRecord, DeviceStatus, DeviceType } from '../device/device.ts';
import type { Instant } from '../instant.ts';
import type { Secret } from '../secret.ts';
import type { Settings } from '../settings/settings.ts';
import type { Challenge } from './challenge.ts';

/** What a type may look at to judge a code. */
export interface Attempt {
  readonly device: DeviceRecord;
  /** The code as it was typed. */
  readonly typed: string;
  readonly now: Instant;
  readonly settings: Settings;
  readonly challenge: Challenge | undefined;
  /** Unseals the device's secret or PIN. */
  secret(): Secret;
  /** The keyed hash of a code for this device and challenge. */
  hashCode(challenge: Challenge, code: string): Uint8Array;
}

/** Why a code was rejected, for the audit log; the person who typed it is told only that it was. */
export type Rejection =
  | 'wrong code'
  | 'malformed code'
  | 'code used before'
  | 'no challenge'
  | 'challenge expired'
  | 'codes not consecutive'
  | 'device locked'
  | 'device disabled'
  | 'user inactive'
  | 'user removed'
  | 'resync needed';

/** What tells nothing about the next code: what cannot be a code of the device, and a right one that is spent. */
const UNCHARGED: ReadonlySet<Rejection> = new Set<Rejection>(['malformed code', 'code used before']);

/** Whether a rejection counts towards the lock of the device, and against its challenge. */
export function isCharged(rejection: Rejection): boolean {
  return !UNCHARGED.has(rejection);
}

/** What an accepted code moves. The store moves them forward only, or the code is rejected after all. */
export interface Moves {
  readonly lastStep?: number;
  readonly drift?: number;
  readonly counter?: bigint;
  /** The id of the challenge that the code answered and used up. */
  readonly challenge?: string;
}

export type Outcome =
  | { readonly accepted: true; readonly moves: Moves }
  | { readonly accepted: false; readonly rejection: Rejection };

/** The answer to a code. */
export interface Verdict {
  readonly id: string;
  readonly success: boolean;
  readonly locked: boolean;
  readonly status: DeviceStatus;
  readonly fails: number;
  /** The device came back from a backup and accepts nothing until it is resynchronised. */
  readonly resyncNeeded?: true;
}

/** A verdict, with what a server counts. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly type: DeviceType;
  /** Whether it was this attempt that locked the device. */
  readonly locks: boolean;
}

export function accept(moves: Moves): Outcome {
  return { accepted: true, moves };
}

export function reject(rejection: Rejection): Outcome {
  return { accepted: false, rejection };
}

/**
 * A code as a person typed it, made comparable once: ASCII spaces and hyphens are removed anywhere.
 * Undefined when anything but `digits` ASCII digits is left: it cannot be a code.
 */
export function normaliseCode(typed: string, digits: number): string | undefined {
  const code = typed.replace(/[ -]/g, '');
  return code.length === digits && /^[0-9]+$/.test(code) ? code : undefined;
}
