import type { DeviceRecord } from '../device/device.ts';
import { invalid, OtpctlError } from '../errors.ts';
import { findCounter } from '../otp/hotp.ts';
import { isKeyLength, LEAST_BYTES } from '../otp/key-length.ts';
import { otpauthUri } from '../otp/otpauth-uri.ts';
import { Secret } from '../secret.ts';
import { type Attempt, accept, normaliseCode, type Outcome, reject } from '../verification/verification.ts';
import type { DeviceTypeRules } from './device-type.ts';
import { isNumberedName, numberedName, otpKey } from './otp-key.ts';

/** Counters ahead in which `resync` looks for two consecutive codes (RFC 4226 section 7.4). */
const RESYNC_WINDOW = 100n;
/** The largest counter whose code can be accepted: the one after it must still fit into a store. */
const MAX_COUNTER = 2n ** 63n - 2n;

/** Counter-based one-time passwords, RFC 4226. */
export const hotp: DeviceTypeRules = {
  type: 'HOTP',
  title: 'counter-based codes from an app or a token',
  options: ['secret', 'digits', 'algorithm', 'counter', 'issuer'],
  required: {},
  hasQr: true,
  holds: { always: ['secret', 'digits', 'algorithm', 'counter'], atTimes: ['resyncNeeded'], mostDigits: 8 },
  isName: (name) => isNumberedName('HOTP', name),
  isSecret: isKeyLength,
  strongBytes: LEAST_BYTES,
  lost: 'its secret and counter: the codes of the app or token that holds it stop working for good',

  enroll(request, settings, randomBytes) {
    const { issuer, ...key } = otpKey(request, settings.hotp, randomBytes);
    const counter = request.counter ?? 0n;
    if (counter < 0n || counter > MAX_COUNTER)
      throw invalid(`the counter is ${counter}, and may be 0 to ${MAX_COUNTER}`);
    const uri = otpauthUri({ type: 'hotp', issuer, account: request.account ?? request.user, ...key, counter });
    return { type: 'HOTP', user: request.user, ...key, counter, otpauthUri: Secret.ofText(uri) };
  },

  deviceName: (_, number) => numberedName('HOTP', number()),

  parameters(device) {
    const { digits, algorithm } = parametersOf(device);
    return { digits, algorithm, ...(device.resyncNeeded && { resyncNeeded: true }) };
  },

  restored: () => ({ resyncNeeded: true }),
  isBehind: ({ counter }, { times }) => (counter ?? 0n) < BigInt(times),

  switchedOff: ({ hotp }) => (hotp.enabled ? undefined : 'hotp.enabled'),

  lockAfter: (settings) => settings.hotp.lockAfter,

  verify(attempt) {
    const { counter } = parametersOf(attempt.device);
    return judge(attempt, attempt.typed, counter, counter + BigInt(attempt.settings.hotp.lookAhead));
  },

  resync(attempt, second) {
    const { counter, digits } = parametersOf(attempt.device);
    if (normaliseCode(second, digits) === undefined) return reject('malformed code');
    let from = counter;
    for (;;) {
      const first = judge(attempt, attempt.typed, from, counter + RESYNC_WINDOW);
      if (!first.accepted) return from === counter ? first : reject('codes not consecutive');
      const next = first.moves.counter as bigint;
      if (judge(attempt, second, next, next).accepted) return accept({ counter: next + 1n });
      from = next;
    }
  },
};

/**
 * Looks for a code among the counters `from` to `to`; the next counter is the accepted one plus 1 (section 7.2). A code of
 * one window back was used, or skipped over.
 */
function judge(attempt: Attempt, typed: string, from: bigint, to: bigint): Outcome {
  const { digits, algorithm, counter } = parametersOf(attempt.device);
  const code = normaliseCode(typed, digits);
  if (code === undefined) return reject('malformed code');
  const last = to < MAX_COUNTER ? to : MAX_COUNTER;
  const secret = attempt.secret();
  const found = findCounter(secret, code, from, last, { digits, algorithm });
  if (found !== undefined) return accept({ counter: found + 1n });
  const back = counter - BigInt(attempt.settings.hotp.lookAhead) - 1n;
  const used = findCounter(secret, code, back > 0n ? back : 0n, counter - 1n, { digits, algorithm }) !== undefined;
  return reject(used ? 'code used before' : 'wrong code');
}

function parametersOf(device: DeviceRecord) {
  const { digits, algorithm, counter } = device;
  if (digits === undefined || algorithm === undefined || counter === undefined) {
    throw new OtpctlError(
      'store-damaged',
      `HOTP device ${device.id} lacks its parameters`,
      'restore the store from a backup, or enrol the user again',
    );
  }
  return { digits, algorithm, counter };
}
