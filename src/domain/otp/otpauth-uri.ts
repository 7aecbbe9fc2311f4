import { generate } from '@otplib/uri';
import type { Algorithm } from '../device/device.ts';
import { invalid } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { hasControlCharacters } from '../text/printable.ts';
import { encodeBase32 } from './base32.ts';

export interface OtpauthParameters {
  readonly type: 'totp' | 'hotp';
  readonly issuer: string;
  readonly account: string;
  readonly secret: Secret;
  readonly algorithm: Algorithm;
  readonly digits: number;
  readonly period?: number;
  readonly counter?: bigint;
}

/**
 * The `otpauth://` URI of the Key Uri Format: issuer in label and parameter, `%20` for a space, Base32 without
 * padding; values that are the format's own defaults are left out. The URI is a secret.
 * Refuses a colon inside issuer or account, which the label could not be read back with.
 */
export function otpauthUri(parameters: OtpauthParameters): string {
  const { type, issuer, account, secret, algorithm, digits, period, counter } = parameters;
  refuseColon('issuer', issuer);
  refuseColon('user name', account);
  return generate({
    type,
    label: `${issuer}:${account}`,
    params: {
      secret: encodeBase32(secret.expose()),
      issuer,
      algorithm: LIBRARY_NAMES[algorithm],
      digits: digits as 6 | 7 | 8,
      ...(period !== undefined && { period }),
      // The library writes the counter as it stands; its type knows only numbers.
      ...(counter !== undefined && { counter: counter as unknown as number }),
    },
  });
}

/** The name that an app shows beside the issuer. Errors: `invalid-value`; it is not repeated, for it may hold anything. */
export function accountLabel(text: string): string {
  const label = text.normalize('NFC').trim();
  if (label === '') throw invalid('the account is empty');
  if (hasControlCharacters(label)) throw invalid('the account contains control characters');
  if (label.includes(':')) throw invalid('the account contains a colon, which an otpauth:// label cannot carry');
  if (label.length > 256) throw invalid('the account is longer than 256 characters');
  return label;
}

const LIBRARY_NAMES = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' } as const;

function refuseColon(what: string, text: string): void {
  if (!text.includes(':')) return;
  throw invalid(`the ${what} "${text}" contains a colon, which an otpauth:// label cannot carry`);
}
