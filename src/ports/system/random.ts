import type { RandomBytes } from '../../domain/random-source.ts';

/** Cryptographically secure randomness. */
export interface Random {
  readonly bytes: RandomBytes;
}
