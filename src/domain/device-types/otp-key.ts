import { ALGORITHMS, type Algorithm } from '../device/device.ts';
import type { EnrollmentRequest } from '../enrollment/enrollment.ts';
import { invalid } from '../errors.ts';
import { checkKeyLength } from '../otp/key-length.ts';
import type { RandomBytes } from '../random-source.ts';
import { Secret } from '../secret.ts';
import { hasControlCharacters } from '../text/printable.ts';

/** Bytes of a new key: the length of the digest (RFC 4226 section 4, RFC 6238 section 5.1). */
const KEY_BYTES: Record<Algorithm, number> = { SHA1: 20, SHA256: 32, SHA512: 64 };

interface OtpKeyDefaults {
  readonly digits: number;
  readonly algorithm: Algorithm;
  readonly issuer: string;
}

/** What TOTP and HOTP devices have in common: a key, how a code is cut from it, and who it is shown to be from. */
export function otpKey(request: EnrollmentRequest, defaults: OtpKeyDefaults, randomBytes: RandomBytes) {
  const algorithm = request.algorithm ?? defaults.algorithm;
  const digits = request.digits ?? defaults.digits;
  const issuer = (request.issuer ?? defaults.issuer).normalize('NFC').trim();
  if (!ALGORITHMS.includes(algorithm)) throw invalid(`"${algorithm}" is not one of ${ALGORITHMS.join(', ')}`);
  if (!Number.isInteger(digits) || digits < 6 || digits > 8) throw invalid(`digits is ${digits}, and may be 6, 7 or 8`);
  if (issuer === '') throw invalid('the issuer is empty');
  if (hasControlCharacters(issuer)) throw invalid('the issuer contains control characters');
  if (issuer.length > 64) throw invalid('the issuer is longer than 64 characters');
  if (request.secret !== undefined) checkKeyLength(request.secret, request.allowWeakSecret ?? false);
  return { algorithm, digits, issuer, secret: request.secret ?? new Secret(randomBytes(KEY_BYTES[algorithm])) };
}

/** `TOTP00000001`: the type and the number, eight digits or more. */
export function numberedName(type: string, number: number): string {
  return `${type}${String(number).padStart(8, '0')}`;
}

export function isNumberedName(type: string, name: string): boolean {
  return name.startsWith(type) && /^[0-9]{8,16}$/.test(name.slice(type.length));
}
