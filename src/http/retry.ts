import type { Instant } from '../domain/instant.ts';
import type { Clock } from '../ports/system/clock.ts';
import type { Random } from '../ports/system/random.ts';
import type { Timer } from '../ports/system/timer.ts';
import type { RawAnswer } from './send-once.ts';

/** What came of one try. An answer has headers. */
interface Tried {
  readonly kind: string;
  readonly headers?: RawAnswer['headers'];
}

/** When to try again, and how long to wait before. In milliseconds. */
export interface Retries<T extends Tried> {
  /** Whether another try is allowed after this outcome. */
  mayRepeat(outcome: T): boolean;
  /** The wait before the second try. It doubles for each further one, and up to half of it is left out at random. */
  readonly firstWait: number;
  /** If the server asks for a longer wait, this one is kept. Without it, the server gets what it asks for. */
  readonly longestAsked?: number;
}

export interface RetryDeps {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: Random;
}

const MAX_TRIES = 4;
/** Milliseconds for all tries and the waits between them. */
const MAX_TOTAL = 120_000;

/** Statuses that may be gone at the next try: too many requests, and a gateway that does not reach its server. */
export const PASSING: readonly number[] = [429, 502, 503, 504];

/**
 * Tries until `mayRepeat` says no, but at most four times and for two minutes: a wait that would end later is not
 * begun. `attempt` is told when the two minutes are over, as the timer counts.
 */
export async function withRetries<T extends Tried>(
  attempt: (end: number) => Promise<T>,
  { mayRepeat, firstWait, longestAsked = Number.POSITIVE_INFINITY }: Retries<T>,
  { clock, timer, random }: RetryDeps,
): Promise<T> {
  const end = timer.elapsed() + MAX_TOTAL;
  for (let tries = 1; ; tries++) {
    const outcome = await attempt(end);
    if (tries === MAX_TRIES || !mayRepeat(outcome)) return outcome;
    const asked = outcome.headers && retryAfter(outcome.headers, clock.now());
    const chance = (random.bytes(1)[0] as number) / 255;
    const wait = Math.min(asked ?? firstWait * 2 ** (tries - 1) * (1 - chance / 2), longestAsked);
    if (timer.elapsed() + wait > end) return outcome;
    await timer.sleep(wait);
  }
}

/**
 * How many milliseconds the server wants us to wait: `Retry-After`, in seconds or as a date (RFC 9110 section 10.2.3).
 * A date is compared with the `Date` of the same answer; if it has none, with the clock of this machine.
 */
function retryAfter(headers: RawAnswer['headers'], now: Instant): number | undefined {
  const text = String(headers['retry-after'] ?? '').trim();
  if (/^[0-9]+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  if (!/[A-Za-z]{3}/.test(text) || Number.isNaN(date)) return undefined;
  const sent = Date.parse(String(headers['date'] ?? ''));
  return Math.max(0, date - (Number.isNaN(sent) ? now * 1000 : sent));
}
