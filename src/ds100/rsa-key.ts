import { createPrivateKey, type KeyObject } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { OtpctlError } from '../domain/errors.ts';
import { refuseWideMode } from '../domain/permissions.ts';
import { printable } from '../domain/printable.ts';
import { Secret } from '../domain/secret.ts';

/** An Administration API key: signs the tokens of its own access id. */
export interface ApiKey {
  readonly accessId: string;
  readonly key: KeyObject;
  /** The audience of its tokens, to the letter. */
  readonly adminRestApiUrl: string;
}

/** The private key of an OAuth client. */
export interface ClientKey {
  readonly kid: string;
  readonly algorithm: 'RS256' | 'ES256';
  readonly key: KeyObject;
}

/** A key from a file of the owner's alone. Errors: `key-missing`, `permissions`. */
export function readKeyFile(path: string): Secret {
  const file = openKeyFile(path);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new OtpctlError('key-missing', `the RSA key file ${printable(path)} is not a file`);
    if (platform() !== 'win32') refuseWideMode('RSA key file', path, stat.mode);
    return Secret.ofText(readFileSync(file, 'utf8'));
  } finally {
    closeSync(file);
  }
}

/** Opens for reading, through links as mounted secrets are, and does not wait for the other end of a pipe. */
function openKeyFile(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'is not there', EACCES: 'cannot be read' }[code] ?? `cannot be opened: ${code}`;
    throw new OtpctlError('key-missing', `the RSA key file ${printable(path)} ${why}`, undefined, { cause: error });
  }
}

/** Reads `{"customerName","accessID","accessKey","adminRestApiUrl"}`. Errors: `key-wrong`. */
export function apiKeyOf(secret: Secret): ApiKey {
  const { accessID, accessKey, adminRestApiUrl } = jsonOf(secret, 'an Administration API key');
  const missing = Object.entries({ accessID, accessKey, adminRestApiUrl }).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [] : [name],
  );
  if (missing.length > 0) throw wrong(`the Administration API key has no ${missing.join(', no ')}`);
  // Some tools keep the line ends of the PEM as two characters.
  const pem = String(accessKey).replaceAll('\\n', '\n');
  const key = parse(() => createPrivateKey(pem), 'the accessKey of the Administration API key');
  if (!isStrongRsa(key))
    throw wrong('the accessKey of the Administration API key is not an RSA key of 2048 bits or more');
  return { accessId: String(accessID), key, adminRestApiUrl: String(adminRestApiUrl) };
}

/** Reads a private JWK with its `kid`. Errors: `key-wrong`. */
export function clientKeyOf(secret: Secret): ClientKey {
  const jwk = jsonOf(secret, 'a JWK');
  const { kid } = jwk;
  if (typeof kid !== 'string' || kid === '') throw wrong('the private key of the client has no kid');
  const key = parse(() => createPrivateKey({ key: jwk, format: 'jwk' }), 'the private key of the client');
  if (isStrongRsa(key)) return { kid, algorithm: 'RS256', key };
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return { kid, algorithm: 'ES256', key };
  throw wrong('the private key of the client is neither an RSA key of 2048 bits or more nor one of the curve P-256');
}

/** RS256 takes no shorter key (RFC 7518 section 3.3). */
function isStrongRsa({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
}

function jsonOf(secret: Secret, what: string): Record<string, unknown> {
  const value = parse(() => JSON.parse(secret.exposeText()) as unknown, `the RSA key as ${what}: it`);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(`the RSA key is not ${what}`);
}

/** The error of a parser quotes what it read: it goes no further. */
function parse<T>(read: () => T, what: string): T {
  try {
    return read();
  } catch {
    throw wrong(`${what} cannot be read`);
  }
}

function wrong(message: string): OtpctlError {
  return new OtpctlError('key-wrong', message, 'take the file as RSA hands it out');
}
