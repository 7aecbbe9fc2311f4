import type { Instant } from '../domain/instant.ts';
import type { RandomBytes } from '../domain/random-source.ts';

/** Milliseconds that a server may ask for. */
const LONGEST = 60_000;
const FIRST = 1000;

interface WaitDeps {
  readonly now: () => Instant;
  readonly randomBytes: RandomBytes;
}

/**
 * Milliseconds to wait after the n-th try: what the server asks for (RFC 9110 section 10.2.3, seconds or a date), at
 * most a minute; else 1, 2, 4 seconds, of which up to half is left out at random.
 */
export function retryWait(tries: number, retryAfter: string | undefined, { now, randomBytes }: WaitDeps): number {
  const asked = retryAfter === undefined ? undefined : askedFor(retryAfter.trim(), now());
  if (asked !== undefined) return Math.min(asked, LONGEST);
  const full = FIRST * 2 ** (tries - 1);
  return Math.round(full * (1 - (randomBytes(1)[0] ?? 0) / 512));
}

function askedFor(text: string, now: Instant): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now * 1000);
}
