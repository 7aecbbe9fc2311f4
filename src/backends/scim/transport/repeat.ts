import type { TryOutcome } from './one-try.ts';

/** Which requests may be sent again: reads, changes that are the same twice, and none once it may have arrived. */
export type Repeat = 'read' | 'change' | 'never';

export const MAX_TRIES = 4;
/** Milliseconds that a call may take with all its tries. */
export const MAX_TOTAL = 120_000;

const FIRST_WAIT = 500;
const PASSING = [429, 502, 503, 504];

/** Whether another try may be made, as far as the outcome of the last goes. */
export function mayRepeat(repeat: Repeat, outcome: TryOutcome): boolean {
  if (repeat === 'never') return outcome.kind === 'failed' && !outcome.sent;
  return outcome.kind === 'failed' || PASSING.includes(outcome.answer.status);
}

/**
 * Milliseconds before the next try: what the server asks for, else twice as long each time, less up to half by chance.
 * `chance` is from 0 to 1, `now` Unix time.
 */
export function waitBefore(tries: number, outcome: TryOutcome, chance: number, now: number): number {
  const asked = outcome.kind === 'answer' ? retryAfter(outcome.answer.headers, now) : undefined;
  return asked ?? FIRST_WAIT * 2 ** (tries - 1) * (1 - chance / 2);
}

/** `Retry-After`, in seconds or as a date (RFC 9110 section 10.2.3); the server's own `Date` tells how far that is. */
function retryAfter(headers: Readonly<Record<string, string | string[] | undefined>>, now: number): number | undefined {
  const text = String(headers['retry-after'] ?? '').trim();
  if (/^[0-9]+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  if (!/[A-Za-z]{3}/.test(text) || Number.isNaN(date)) return undefined;
  const sent = Date.parse(String(headers['date'] ?? ''));
  return Math.max(0, date - (Number.isNaN(sent) ? now * 1000 : sent));
}
