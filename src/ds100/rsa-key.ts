import { createPrivateKey, type KeyObject } from 'node:crypto';
import { OtpctlError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { isObject } from '../domain/text/json-object.ts';
import { parseJson } from '../domain/text/strict-json.ts';
import { readFileText } from '../files/input-file.ts';
import { INPUTS } from '../files/input-kinds.ts';

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

/** A key from a file of the owner's alone, through links as mounted secrets are. Errors: `file-unreadable`, `permissions`. */
export function readKeyFile(path: string): Secret {
  return Secret.ofText(readFileText(path, INPUTS.rsaKey, { ownerOnly: true }));
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

function jsonOf(secret: Secret, what: string): Readonly<Record<string, unknown>> {
  const value = parse(() => parseJson(secret.exposeText()), `the RSA key as ${what}: it`);
  if (isObject(value)) return value;
  throw wrong(`the RSA key is not ${what}`);
}

/** The error of a parser may quote the key: it is replaced by one that does not. */
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
