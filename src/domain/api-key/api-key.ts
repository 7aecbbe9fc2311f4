import { invalid, OtpctlError } from '../errors.ts';
import type { Instant } from '../instant.ts';
import type { RandomBytes } from '../random-source.ts';
import { Secret } from '../secret.ts';
import { hex } from '../text/hex.ts';
import { refuseNewName } from '../text/new-name.ts';
import { hasControlCharacters, printable } from '../text/printable.ts';
import type { Grant } from './role.ts';

/** A key to the server, as everybody may see it. */
export interface ApiKey {
  readonly id: string;
  /** The actor of what is done with it. */
  readonly name: string;
  readonly roles: readonly Grant[];
  /** The users that it may see and touch, as the filter of a scope; absent where all are. */
  readonly scope?: string;
  readonly created: Instant;
  /** From then on it opens nothing. */
  readonly expires?: Instant;
  /** Whether a newer key of the same name has taken its place; it is good until it expires. */
  readonly rotated: boolean;
}

/** What a client shows: a key, or its secret part with the id or the name of the key as `user`. */
export interface Credential {
  readonly user?: string;
  readonly password: Secret;
}

const ID_BYTES = 6;
const SECRET_BYTES = 24;
const MAX_NAME = 64;

/** A new key, `otpctl_<id>_<secret>`: 192 bits that nobody guesses. */
export function drawKey(randomBytes: RandomBytes): { readonly id: string; readonly key: Secret } {
  const id = hex(randomBytes(ID_BYTES));
  return { id, key: keyOf(id, hex(randomBytes(SECRET_BYTES))) };
}

export function keyOf(id: string, secret: string): Secret {
  return Secret.ofText(`otpctl_${id}_${secret}`);
}

/** The id in the text of a key; undefined for what is not one. */
export function keyId(key: Secret): string | undefined {
  return /^otpctl_([0-9a-f]{12})_[0-9a-f]{48}$/.exec(key.exposeText())?.[1];
}

/** The name of a new key as it is kept. No colon: a user name of HTTP Basic has none (RFC 7617 section 2). */
export function keyName(text: string): string {
  const name = text.normalize('NFKC').trim();
  if (name === '') throw invalid('the name of the key is empty');
  if (name.length > MAX_NAME) throw invalid(`the name of the key is longer than ${MAX_NAME} characters`);
  if (hasControlCharacters(name) || name.includes(':')) {
    throw invalid(`"${printable(name)}" is no name for a key: it has a colon or control characters`);
  }
  refuseNewName(name, 'key');
  return name;
}

/** Whether a key opens something at a moment. */
export function isGood({ expires }: Pick<ApiKey, 'expires'>, now: Instant): boolean {
  return expires === undefined || now < expires;
}

export function noSuchKey(name: string): OtpctlError {
  return new OtpctlError('apikey-not-found', `there is no API key "${name}"`, 'see them with  otpctl apikey list');
}
