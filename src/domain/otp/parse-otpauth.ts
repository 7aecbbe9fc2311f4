import type { Algorithm } from '../device/device.ts';
import { invalid } from '../errors.ts';
import { Secret } from '../secret.ts';
import { decodeBase32 } from './base32.ts';
import { accountLabel } from './otpauth-uri.ts';

/** What an `otpauth://` URI says; what it leaves out is what the format takes for granted, and is named in `unsaid`. */
export interface Otpauth {
  readonly type: 'TOTP' | 'HOTP';
  readonly secret: Secret;
  readonly issuer?: string;
  readonly account?: string;
  readonly algorithm: Algorithm;
  readonly digits: number;
  /** TOTP: seconds of a step. */
  readonly period?: number;
  /** HOTP: the counter of the next code. */
  readonly counter?: bigint;
  readonly unsaid: ReadonlySet<string>;
}

/** Whether a text is meant as a URI of the Key Uri Format. */
export function isOtpauth(text: string): boolean {
  return /^\s*otpauth/i.test(text) && text.includes(':');
}

/**
 * Reads a URI of the Key Uri Format strictly: what an app could read in two ways is refused (a name given twice, an issuer
 * that is another in the label). The URI is a secret: no error repeats any of it. Errors: `invalid-value`.
 */
export function parseOtpauth(text: string): Otpauth {
  const uri = text.trim();
  if (/[\r\n]/.test(uri)) throw wrong('has more than one line');
  if (/^otpauth-migration:/i.test(uri)) {
    throw wrong('is an export of several accounts, and not of one', 'export the accounts one by one');
  }
  const [, kind = '', label = '', query] = /^otpauth:\/\/([a-z]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(uri) ?? [];
  const word = kind.toLowerCase();
  const known = Object.hasOwn(TYPES, word) ? TYPES[word] : undefined;
  if (known === undefined) throw wrong('is not  otpauth://totp/...  or  otpauth://hotp/...');
  const given = parametersOf(query ?? '');
  const unsaid = new Set(['algorithm', 'digits', 'period', 'counter'].filter((name) => !given.has(name)));
  return {
    type: known.type,
    secret: secretOf(given.get('secret')),
    ...namesOf(label, given.get('issuer')),
    algorithm: algorithmOf(given.get('algorithm') ?? 'SHA1'),
    digits: numberOf(given.get('digits') ?? '6', 'digits', 6, 8),
    ...known.own(given),
    unsaid,
  };
}

interface Kind {
  readonly type: Otpauth['type'];
  /** What only this type has. */
  own(given: ReadonlyMap<string, string>): Pick<Otpauth, 'period' | 'counter'>;
}

const TYPES: Readonly<Record<string, Kind>> = {
  totp: { type: 'TOTP', own: (given) => ({ period: numberOf(given.get('period') ?? '30', 'period', 15, 300) }) },
  hotp: { type: 'HOTP', own: (given) => ({ counter: counterOf(given.get('counter')) }) },
};
const KNOWN = ['secret', 'issuer', 'algorithm', 'digits', 'period', 'counter'];

/** The parameters by their names, of which none may be there twice; those that only some apps know are left out. */
function parametersOf(query: string): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  const seen = new Set<string>();
  for (const part of query.split('&').filter((each) => each !== '')) {
    const at = part.indexOf('=');
    const name = decoded(at < 0 ? part : part.slice(0, at)).toLowerCase();
    if (seen.has(name)) throw wrong(`has a parameter twice${KNOWN.includes(name) ? `: ${name}` : ''}`);
    seen.add(name);
    if (KNOWN.includes(name)) given.set(name, at < 0 ? '' : decoded(part.slice(at + 1)));
  }
  return given;
}

function secretOf(text: string | undefined): Secret {
  if (text === undefined || text === '') throw wrong('has no secret');
  const bytes = decodeBase32(text);
  if (bytes === undefined) throw wrong('has a secret that is not Base32');
  return new Secret(bytes);
}

/** Issuer and account: of the label `issuer:account`, and of the parameter, which may not say another issuer. */
function namesOf(
  label: string,
  parameter: string | undefined,
): { readonly issuer?: string; readonly account?: string } {
  const [first = '', second, ...more] = decoded(label).split(':');
  if (more.length > 0) throw wrong('has more than one colon in its label: issuer and account have none in them');
  if (parameter?.includes(':')) throw wrong('has a colon in its issuer');
  const prefix = second === undefined ? '' : first.trim();
  const account = (second ?? first).trim();
  // Some write a space in a parameter as forms do; then it is the label that says how it is meant.
  const named = parameter?.replaceAll('+', ' ').trim() === prefix ? prefix : (parameter ?? '').trim();
  if (prefix !== '' && named !== '' && named !== prefix) {
    throw wrong('has an issuer in its label and another as a parameter', 'ask where it comes from which one is right');
  }
  const issuer = named || prefix;
  return { ...(issuer !== '' && { issuer }), ...(account !== '' && { account: accountLabel(account) }) };
}

function algorithmOf(text: string): Algorithm {
  const word = text.toUpperCase().replace('-', '');
  const found = Object.hasOwn(ALGORITHM_WORDS, word) ? ALGORITHM_WORDS[word] : undefined;
  if (found === undefined) throw wrong('has an algorithm that is not SHA1, SHA256 or SHA512');
  return found;
}

const ALGORITHM_WORDS: Readonly<Record<string, Algorithm>> = { SHA1: 'SHA1', SHA256: 'SHA256', SHA512: 'SHA512' };

function numberOf(text: string, name: string, least: number, most: number): number {
  const number = /^[0-9]{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw wrong(`has a value of ${name} that is not a number from ${least} to ${most}`);
}

function counterOf(text: string | undefined): bigint {
  if (text === undefined) throw wrong('is of a HOTP device and has no counter');
  if (!/^[0-9]{1,19}$/.test(text)) throw wrong('has a counter that is not a number');
  return BigInt(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('has a % that begins no character');
  }
}

function wrong(what: string, hint?: string) {
  return invalid(`the otpauth:// URI ${what}`, hint);
}
