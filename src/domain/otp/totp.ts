import type { Instant } from '../instant.ts';
import type { Secret } from '../secret.ts';
import { findCounter, type HotpParameters, hotp } from './hotp.ts';

/** The time step of a moment (RFC 6238 section 4.2, T0 = 0). `period` in seconds. */
export function timeStep(now: Instant, period: number): number {
  return Math.floor(now / period);
}

/** One TOTP value: HOTP with the time step for a counter. */
export function totp(secret: Secret, step: number, parameters: HotpParameters): string {
  return hotp(secret, BigInt(step), parameters);
}

/** The first time step from `from` to `to`, both included, whose code is `code`. */
export function findStep(
  secret: Secret,
  code: string,
  from: number,
  to: number,
  parameters: HotpParameters,
): number | undefined {
  const found = findCounter(secret, code, BigInt(Math.max(from, 0)), BigInt(to), parameters);
  return found === undefined ? undefined : Number(found);
}
