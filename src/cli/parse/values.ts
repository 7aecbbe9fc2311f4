import {
  ALGORITHMS,
  type Algorithm,
  DEVICE_TYPES,
  type DeviceStatus,
  type DeviceType,
  parseDeviceType,
  parseStatus,
  STATUS_WORDS,
} from '../../domain/device/device.ts';
import { invalid } from '../../domain/errors.ts';
import { type Instant, parseMoment } from '../../domain/instant.ts';
import { nearest } from '../../domain/query/nearest.ts';

export const TYPE_CHOICES = DEVICE_TYPES.map((type) => type.toLowerCase());

export function deviceType(text: string): DeviceType {
  return parseDeviceType(text) ?? fail(`unknown device type "${text}"`, meant(text, 'the types are', TYPE_CHOICES));
}

export function deviceStatus(text: string): DeviceStatus {
  return parseStatus(text) ?? fail(`unknown status "${text}"`, meant(text, 'the statuses are', STATUS_WORDS));
}

export function algorithm(text: string): Algorithm {
  const name = text.toUpperCase().replace('-', '');
  return (
    ALGORITHMS.find((known) => known === name) ??
    fail(`unknown algorithm "${text}"`, meant(text, 'the algorithms are', ALGORITHMS))
  );
}

/** A whole number from 0 up, written in digits alone. */
export function count(what: string, least = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(value)) fail(`${what} "${text}" is not a whole number`);
    return value >= least ? value : fail(`${what} is ${text}, and must be at least ${least}`);
  };
}

/** A whole number of up to 64 bits. */
export function bigCount(what: string): (text: string) => bigint {
  return (text) => (/^[0-9]{1,20}$/.test(text) ? BigInt(text) : fail(`${what} "${text}" is not a whole number`));
}

/** A TCP port; 0 for any. */
export function port(text: string): number {
  const value = count('the port')(text);
  return value <= 65_535 ? value : fail(`the port is ${text}, and may be 65535`);
}

/** `600/min`. */
export function ratePerMinute(text: string): number {
  const [, digits] = /^([1-9][0-9]{0,8})\/min$/.exec(text) ?? [];
  return digits === undefined ? fail(`"${text}" is not a rate`, 'write for example 600/min') : Number(digits);
}

/** Addresses, networks and `unix`, with commas between them, as far as their shape goes. */
export function proxies(text: string): string {
  const fits = text.split(',').every((word) => /^ *(?:unix|socket|[0-9a-f:.]+(?:\/[0-9]{1,3})?) *$/i.test(word));
  const hint = 'name them, for example  --trust-proxy 10.0.0.5,192.168.7.0/24  or  --trust-proxy unix  for the socket';
  return fits ? text : fail(`"${text}" names no proxies`, hint);
}

export function instant(text: string): Instant {
  return Math.floor(moment(text));
}

/** Unix time in seconds, with their fraction. */
export function moment(text: string): number {
  return parseMoment(text) ?? fail(`"${text}" is not a date`, 'write YYYY-MM-DD (midnight UTC) or an RFC 3339 time');
}

/** One of several words, as it is written. */
export function oneOf<T extends string>(what: string, words: readonly T[]): (text: string) => T {
  return (text) =>
    words.find((word) => word === text) ?? fail(`unknown ${what} "${text}"`, meant(text, 'write one of', words));
}

/** What was probably meant, else everything that there is. */
function meant(text: string, lead: string, words: readonly string[]): string {
  const word = nearest(text, words);
  return word === undefined ? `${lead} ${words.join(', ')}` : `did you mean  ${word}`;
}

function fail(message: string, hint?: string): never {
  throw invalid(message, hint);
}
