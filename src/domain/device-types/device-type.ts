import type { DeviceParameters, DeviceRecord, DeviceType } from '../device/device.ts';
import type { Enrollment, EnrollmentOption, EnrollmentRequest } from '../enrollment/enrollment.ts';
import type { Instant } from '../instant.ts';
import type { Channel } from '../provider-call/channel.ts';
import type { RandomBytes } from '../random-source.ts';
import type { Secret } from '../secret.ts';
import type { Settings } from '../settings/settings.ts';
import type { ChallengeRequest, ChallengeTerms } from '../verification/challenge.ts';
import type { Attempt, Outcome } from '../verification/verification.ts';

/** How a device comes back from a backup, which may be behind what was used since. */
interface Restored {
  /** No step up to this one is accepted again. */
  readonly lastStep?: number;
  /** When a right clock shows the first code that is accepted. */
  readonly acceptsFrom?: Instant;
  /** Nothing is accepted until it is resynchronised. */
  readonly resyncNeeded?: true;
}

/** What the audit log knows of the use of a device: how often it accepted a code, and when last. */
interface KnownUse {
  readonly times: number;
  readonly last: Instant;
}

/** What a device may have that not every type has. */
export const DEVICE_PARTS = [
  'secret',
  'email',
  'phone',
  'digits',
  'algorithm',
  'period',
  'counter',
  'lastStep',
  'drift',
  'resyncNeeded',
  'lastChannel',
] as const;
export type DevicePart = (typeof DEVICE_PARTS)[number];

/** What a stored device of a type has. One that lacks some of `always`, or has what is in neither list, is none that otpctl made. */
interface Holdings {
  readonly always: readonly DevicePart[];
  readonly atTimes: readonly DevicePart[];
  readonly leastDigits?: number;
  readonly mostDigits?: number;
  /** Steps each way. */
  readonly mostDrift?: number;
}

/** What a request lacks, as a sentence and the next step. */
export interface Missing {
  readonly message: string;
  readonly hint: string;
}

/** What a type declares about itself. Shared code asks here, and never branches on a type. */
export interface DeviceTypeRules {
  readonly type: DeviceType;
  /** For a person who chooses among types: `Time-based codes from an app`. */
  readonly title: string;
  /** What a request may carry. */
  readonly options: readonly EnrollmentOption[];
  /** What a request must carry, and what to say where it does not. A terminal asks for it first. */
  readonly required: Partial<Record<EnrollmentOption, Missing>>;
  /** Whether an app is set up from a QR code. */
  readonly hasQr: boolean;
  readonly holds: Holdings;
  /** Whether a name is one that `deviceName` gives. */
  isName(name: string): boolean;
  /** Whether bytes can be what a device of the type keeps sealed. */
  isSecret?(secret: Secret): boolean;
  /** Bytes of a key that is as strong as it should be; fewer come in where that is asked for by name. */
  readonly strongBytes?: number;
  /** What a user loses with the device, for the question before a deletion. */
  readonly lost: string;

  /** Completes a request whose user name is already as it is kept. */
  enroll(request: EnrollmentRequest, settings: Settings, randomBytes: RandomBytes): Enrollment;
  /** The automatic name. `number` draws the next number of the counter that TOTP and HOTP share. */
  deviceName(enrollment: Enrollment, number: () => number): string;
  parameters(device: DeviceRecord, settings: Settings): DeviceParameters;
  /** The setting that switches the type off, when it does. */
  switchedOff?(settings: Settings): string | undefined;
  /** The channels that can carry its codes, the usual one first. */
  readonly channels?: readonly Channel[];
  /** What the standards hold against it, for who enrols one. */
  readonly caution?: string;
  lockAfter(settings: Settings, device: DeviceRecord): number;
  /** What a challenge does; absent where a code answers none. */
  challenge?(asked: ChallengeTerms): ChallengeRequest;
  verify(attempt: Attempt): Outcome;
  /** Finds a device that ran ahead by two consecutive codes; absent where there is nothing to find. */
  resync?(attempt: Attempt, second: string): Outcome;
  /** What keeps codes that were accepted after a backup from being accepted again; absent where challenges do. */
  restored?(device: DeviceRecord, settings: Settings, now: Instant): Restored;
  /** Whether its counter or step is behind what the log says it accepted. */
  isBehind?(device: DeviceRecord, use: KnownUse): boolean;
}
