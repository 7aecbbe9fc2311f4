import { DEVICE_PARTS, type DevicePart } from '../device-types/device-type.ts';
import { deviceTypes, typeRules } from '../device-types/index.ts';
import { hasControlCharacters } from '../text/printable.ts';
import { isUserName } from '../user.ts';
import { DEVICE_STATUSES, DEVICE_TYPES, type DeviceRecord, type DeviceType } from './device.ts';

/** Any device may have these, whether its type uses them or not. */
const ANY_DEVICE: readonly DevicePart[] = ['email', 'phone'];

/** NIST SP 800-63B section 3.2.2: no limit is more, and who reaches one is locked. */
const MOST_FAILS = 100;

/** A device as a store has it; `secret` says whether the store has a secret of it. */
export type StoredDevice = DeviceRecord & { readonly secret: boolean };

/** What otpctl would never write of a device of its type: each as a phrase that follows "it". */
export function* deviceProblems(device: StoredDevice): Generator<string> {
  const { name, user, status, fails, statusBeforeLock, digits, drift, lastStep, counter, lastChannel } = device;
  const rules = typeRules(device.type);
  if (rules === undefined) return;
  const { always, atTimes, leastDigits = 6, mostDigits = 10, mostDrift = 0 } = rules.holds;
  for (const part of DEVICE_PARTS) {
    const has = part === 'drift' ? drift !== 0 : part === 'secret' ? device.secret : device[part] !== undefined;
    if (!has && always.includes(part)) yield `has no ${WORDS[part]}, which a device of type ${device.type} has`;
    if (has && !always.includes(part) && !atTimes.includes(part) && !ANY_DEVICE.includes(part))
      yield `has ${WORDS[part]}, which no device of type ${device.type} has`;
  }
  if (!DEVICE_STATUSES.includes(status)) yield 'has a status that there is not';
  if (statusBeforeLock !== undefined && status !== 'L') yield 'has a status from before a lock, and is not locked';
  if (statusBeforeLock !== undefined && !['C', 'V'].includes(statusBeforeLock)) yield 'was locked from no status';
  if (!isWhole(fails, 0, MOST_FAILS)) yield `has ${fails} fails`;
  if (digits !== undefined && !isWhole(digits, leastDigits, mostDigits)) yield `has ${digits} digits`;
  if (!isWhole(drift, -mostDrift, mostDrift)) yield `has a drift of ${drift} steps`;
  if (lastStep !== undefined && !isWhole(lastStep, 0, Number.MAX_SAFE_INTEGER)) yield `was used in step ${lastStep}`;
  if (counter !== undefined && counter < 0n) yield `has the counter ${counter}`;
  if (lastChannel !== undefined && rules.channels?.includes(lastChannel) === false)
    yield 'had a code by another channel';
  if (hasControlCharacters(name)) yield 'has a name with control characters';
  if (!isUserName(user)) yield 'has a user whose name is none';
}

/** The type whose devices have names like this one; undefined for no type. */
export function typeOfName(name: string): DeviceType | undefined {
  return DEVICE_TYPES.find((type) => deviceTypes[type].isName(name));
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

const WORDS: Record<DevicePart, string> = {
  secret: 'secret',
  email: 'e-mail address',
  phone: 'phone number',
  digits: 'digits of its own',
  algorithm: 'algorithm',
  period: 'period',
  counter: 'counter',
  lastStep: 'last step',
  drift: 'drift',
  resyncNeeded: 'need of a resync',
  lastChannel: 'channel of its last code',
};
