import { invalid } from '../errors.ts';
import type { Secret } from '../secret.ts';

/** Bytes of a key that is made or taken over here: 128 bits or more (RFC 4226 section 4, R6). */
export const LEAST_BYTES = 16;
/** A key of 80 to 127 bits that exists already, as older tokens have, comes in where that is asked for by name. */
const LEAST_WEAK_BYTES = 10;
const MOST_BYTES = 64;

const lengthOf = (secret: Secret): number => secret.expose().length;

/** Whether a key is shorter than RFC 4226 wants it. */
export function isWeakKey(secret: Secret): boolean {
  return lengthOf(secret) < LEAST_BYTES;
}

/** Whether a key is as long as one that can be taken over, the weak ones included. */
export function isKeyLength(secret: Secret): boolean {
  return lengthOf(secret) >= LEAST_WEAK_BYTES && lengthOf(secret) <= MOST_BYTES;
}

/** How a log words the strength of a key. */
export function keyBits(secret: Secret): string {
  return `${lengthOf(secret) * 8} bits`;
}

/** Refuses a key that is too long, or too short for what is allowed. Errors: `invalid-value`. */
export function checkKeyLength(secret: Secret, allowWeak: boolean): void {
  const length = lengthOf(secret);
  const has = `the secret has ${length} bytes (${keyBits(secret)})`;
  if (length > MOST_BYTES) throw invalid(`${has} and may have at most ${MOST_BYTES}`);
  if (length < LEAST_WEAK_BYTES) throw invalid(`${has} and needs at least ${LEAST_BYTES} (128 bits, RFC 4226)`);
  if (isWeakKey(secret) && !allowWeak) {
    throw invalid(
      `${has} and needs at least ${LEAST_BYTES} (128 bits, RFC 4226)`,
      'one that exists already, and cannot be replaced, comes in with  --allow-weak-secret  (over HTTP: allowWeakSecret)',
    );
  }
}
