import type { Instant } from '../domain/instant.ts';
import type { Clock } from '../ports/system/clock.ts';
import type { Random } from '../ports/system/random.ts';
import type { Timer } from '../ports/system/timer.ts';
import type { RawAnswer } from './send-once.ts';

/** What one try came to; the headers are those of an answer. */
interface Tried {
  readonly kind: string;
  readonly headers?: RawAnswer['headers'];
}

/** What is tried again, and how long is waited before. Milliseconds. */
export interface Retries<T extends Tried> {
  /** Whether there may be another try after this outcome. */
  mayRepeat(outcome: T): boolean;
  /** Before the second try; twice as long before each that follows, all of them less up to half by chance. */
  readonly firstWait: number;
  /** The longest that a server is waited for because it asks for it; without it, as long as it asks. */
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

/** Statuses that pass: too many requests, and a gateway without its server. */
export const PASSING: readonly number[] = [429, 502, 503, 504];

/**
 * Tries until an outcome is not to be tried again, at most four times, and no longer than two minutes: a wait that goes
 * beyond them is not begun. `attempt` is given the time of the timer at which it has to be over.
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
 * Milliseconds that a server wants to be left alone: `Retry-After`, in seconds or as a date (RFC 9110 section 10.2.3).
 * How far the date is, the server's own `Date` tells; without one, the clock of this machine.
 */
function retryAfter(headers: RawAnswer['headers'], now: Instant): number | undefined {
  const text = String(headers['retry-after'] ?? '').trim();
  if (/^[0-9]+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  if (!/[A-Za-z]{3}/.test(text) || Number.isNaN(date)) return undefined;
  const sent = Date.parse(String(headers['date'] ?? ''));
  return Math.max(0, date - (Number.isNaN(sent) ? now * 1000 : sent));
}
