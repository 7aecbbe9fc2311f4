import type { DeviceRecord } from '../device/device.ts';
import { invalid, OtpctlError } from '../errors.ts';
import { isKeyLength, LEAST_BYTES } from '../otp/key-length.ts';
import { otpauthUri } from '../otp/otpauth-uri.ts';
import { findStep, timeStep } from '../otp/totp.ts';
import { Secret } from '../secret.ts';
import { type Attempt, accept, normaliseCode, type Outcome, reject } from '../verification/verification.ts';
import type { DeviceTypeRules } from './device-type.ts';
import { isNumberedName, numberedName, otpKey } from './otp-key.ts';

/** Steps each way in which `resync` looks for two consecutive codes. */
const RESYNC_WINDOW = 100;
/** How far successes alone may carry the recorded drift: more wants a resync (RFC 6238 section 6). */
const MAX_DRIFT = 5;
/** The widest that `totp.window` can be. */
const MAX_WINDOW = 10;

/** Time-based one-time passwords, RFC 6238. */
export const totp: DeviceTypeRules = {
  type: 'TOTP',
  title: 'time-based codes from an app',
  options: ['secret', 'digits', 'algorithm', 'period', 'issuer'],
  required: {},
  hasQr: true,
  holds: {
    always: ['secret', 'digits', 'algorithm', 'period'],
    atTimes: ['lastStep', 'drift'],
    mostDigits: 8,
    mostDrift: RESYNC_WINDOW + 1,
  },
  isName: (name) => isNumberedName('TOTP', name),
  isSecret: isKeyLength,
  strongBytes: LEAST_BYTES,
  lost: 'its secret: the codes of the app that holds it stop working for good',

  enroll(request, settings, randomBytes) {
    const { issuer, ...key } = otpKey(request, settings.totp, randomBytes);
    const period = request.period ?? settings.totp.period;
    if (!Number.isInteger(period) || period < 15 || period > 300) {
      throw invalid(`the period is ${period} seconds, and may be 15 to 300`);
    }
    const uri = otpauthUri({ type: 'totp', issuer, account: request.account ?? request.user, ...key, period });
    return { type: 'TOTP', user: request.user, ...key, period, otpauthUri: Secret.ofText(uri) };
  },

  deviceName: (_, number) => numberedName('TOTP', number()),

  parameters(device, settings) {
    const { digits, algorithm, period } = parametersOf(device);
    return { digits, algorithm, period, acceptedForSeconds: period * (1 + 2 * settings.totp.window) };
  },

  restored(device, settings, now) {
    // The drift may have grown since the backup, and a code of the furthest step may have been used at the last moment.
    const { period } = parametersOf(device);
    const lastStep = timeStep(now, period) + Math.max(device.drift, MAX_DRIFT) + settings.totp.window;
    return { lastStep, acceptsFrom: (lastStep + 1) * period };
  },

  isBehind({ lastStep, period, drift }, { last }) {
    const furthestBack = Math.min(drift, -MAX_DRIFT) + -MAX_WINDOW - 1;
    return lastStep === undefined || (period !== undefined && lastStep < timeStep(last, period) + furthestBack);
  },

  switchedOff: ({ totp }) => (totp.enabled ? undefined : 'totp.enabled'),

  lockAfter: (settings) => settings.totp.lockAfter,

  verify(attempt) {
    const { device, now, settings } = attempt;
    const { period } = parametersOf(device);
    const middle = timeStep(now, period) + device.drift;
    return judge(attempt, attempt.typed, middle - settings.totp.window, middle + settings.totp.window);
  },

  resync(attempt, second) {
    const { device, now } = attempt;
    const { period, digits } = parametersOf(device);
    if (normaliseCode(second, digits) === undefined) return reject('malformed code');
    const middle = timeStep(now, period);
    const end = middle + RESYNC_WINDOW;
    let from = middle - RESYNC_WINDOW;
    // The first code may occur more than once in so many steps: each occurrence is tried with the step after it.
    for (;;) {
      const first = judge(attempt, attempt.typed, from, end);
      if (!first.accepted) return from === middle - RESYNC_WINDOW ? first : reject('codes not consecutive');
      const step = first.moves.lastStep as number;
      if (judge(attempt, second, step + 1, step + 1).accepted) {
        return accept({ lastStep: step + 1, drift: step + 1 - middle });
      }
      from = step + 1;
    }
  },
};

/** Looks for a code among the steps `from` to `to` that are later than every accepted one (RFC 6238 section 5.2). */
function judge(attempt: Attempt, typed: string, from: number, to: number): Outcome {
  const { device, now } = attempt;
  const { digits, algorithm, period } = parametersOf(device);
  const code = normaliseCode(typed, digits);
  if (code === undefined) return reject('malformed code');
  const unused = Math.max(from, (device.lastStep ?? -1) + 1);
  const secret = attempt.secret();
  const step = findStep(secret, code, unused, to, { digits, algorithm });
  if (step !== undefined) return accept({ lastStep: step, drift: nextDrift(device, step - timeStep(now, period)) });
  const used = findStep(secret, code, from, Math.min(unused - 1, to), { digits, algorithm }) !== undefined;
  return reject(used ? 'code used before' : 'wrong code');
}

function nextDrift(device: DeviceRecord, found: number): number {
  return Math.abs(found) <= Math.max(MAX_DRIFT, Math.abs(device.drift)) ? found : device.drift;
}

function parametersOf(device: DeviceRecord) {
  const { digits, algorithm, period } = device;
  if (digits === undefined || algorithm === undefined || period === undefined) {
    throw new OtpctlError(
      'store-damaged',
      `TOTP device ${device.id} lacks its parameters`,
      'restore the store from a backup, or enrol the user again',
    );
  }
  return { digits, algorithm, period };
}
