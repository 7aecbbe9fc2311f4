import type { Instant } from '../../domain/instant.ts';

/** The verifier's own clock. */
export interface Clock {
  now(): Instant;
}
