import { before, type Duration } from '../duration.ts';
import { type Instant, toIso } from '../instant.ts';
import type { Device } from './device.ts';

/** When a device counts as stale: not used since a moment, which was named itself or by how long ago it is. */
export interface StaleRule {
  readonly cutOff: Instant;
  readonly asOf: Instant;
  readonly unusedFor?: Duration;
}

/** The rule of a duration before the present. */
export function unusedFor(asOf: Instant, duration: Duration): StaleRule {
  return { asOf, cutOff: before(asOf, duration), unusedFor: duration };
}

/** Why a device is stale: `last used 212 d ago > 180 d`, `last used 2021-10-14T06:57:00Z <= 2022-01-01T00:00:00Z`. */
export function staleReason({ lastUsed, created }: Device, { cutOff, asOf, unusedFor: limit }: StaleRule): string {
  const [what, moment] = lastUsed === undefined ? ['never used, created', created] : ['last used', lastUsed];
  if (limit === undefined) return `${what} ${toIso(moment)} <= ${toIso(cutOff)}`;
  const sign = moment === cutOff ? '=' : '>';
  return `${what} ${age(asOf - moment)} ago ${sign} ${durationText(limit)}`;
}

const DAY = 86_400;

function age(seconds: number): string {
  if (seconds >= DAY) return `${Math.floor(seconds / DAY)} d`;
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)} h` : `${seconds} s`;
}

function durationText(duration: Duration): string {
  if ('months' in duration) return duration.months % 12 === 0 ? `${duration.months / 12} y` : `${duration.months} mo`;
  const { seconds } = duration;
  if (seconds % DAY === 0) return `${seconds / DAY} d`;
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds} s`;
}
