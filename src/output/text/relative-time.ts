import { type Instant, toIso } from '../../domain/instant.ts';

const STEPS: readonly (readonly [name: string, seconds: number, below: number])[] = [
  ['minute', 60, 3600],
  ['hour', 3600, 86_400],
  ['day', 86_400, 2 * 365 * 86_400],
  ['year', 365.25 * 86_400, Number.POSITIVE_INFINITY],
];

/** How long ago something was: `212 days ago`. What lies in the future is written as it stands. */
export function ago(moment: Instant, now: Instant): string {
  const seconds = now - moment;
  if (seconds < 0) return toIso(moment);
  if (seconds < 60) return 'just now';
  const [name, length] = STEPS.find(([, , below]) => seconds < below) ?? ['year', 365.25 * 86_400];
  const amount = Math.floor(seconds / length);
  return `${amount} ${name}${amount === 1 ? '' : 's'} ago`;
}
