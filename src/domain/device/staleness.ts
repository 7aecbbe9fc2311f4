import { before, type Duration } from '../duration.ts';
import { type Instant, toIso } from '../instant.ts';
import type { BoundFilter } from '../query/bind-filter.ts';
import { DEVICE_SCHEMA, type DeviceFilterAttribute } from '../query/device-schema.ts';
import type { AttributeRules } from '../query/schema.ts';
import type { Device } from './device.ts';

export const NEVER_USED = ['include', 'exclude', 'only'] as const;
/** Whether devices that were never used count: by when they were created, not at all, or no others. */
export type NeverUsed = (typeof NEVER_USED)[number];

/** Finds devices that were last used at or before a moment, and devices that were never used if they are to count. */
export function unusedSince(cutOff: Instant, neverUsed: NeverUsed): BoundFilter {
  const usedBefore: BoundFilter = { kind: 'compare', rules: rules('lastUsed'), operator: 'le', value: cutOff };
  if (neverUsed === 'exclude') return usedBefore;
  const never: BoundFilter = {
    kind: 'and',
    filters: [wasNeverUsed, { kind: 'compare', rules: rules('created'), operator: 'le', value: cutOff }],
  };
  return neverUsed === 'only' ? never : { kind: 'or', filters: [usedBefore, never] };
}

/** No device was made or used after the year 3000: what a server sorts after it is no date. */
const NO_TIME: Instant = Date.UTC(3000, 0) / 1000;

/** Devices whose time of last use, or of creation if they were never used, is no date and so sorts after all dates. */
export function ofUnknownAge(neverUsed: NeverUsed): BoundFilter {
  const usedNever: BoundFilter = { kind: 'and', filters: [wasNeverUsed, createdAfter(NO_TIME)] };
  if (neverUsed === 'only') return usedNever;
  return neverUsed === 'exclude' ? usedAfter(NO_TIME) : { kind: 'or', filters: [usedAfter(NO_TIME), usedNever] };
}

export const wasUsed: BoundFilter = { kind: 'present', rules: rules('lastUsed') };
export const wasNeverUsed: BoundFilter = { kind: 'not', filter: wasUsed };

export function usedAfter(moment: Instant): BoundFilter {
  return { kind: 'compare', rules: rules('lastUsed'), operator: 'gt', value: moment };
}

export function createdBefore(moment: Instant): BoundFilter {
  return { kind: 'compare', rules: rules('created'), operator: 'lt', value: moment };
}

function createdAfter(moment: Instant): BoundFilter {
  return { kind: 'compare', rules: rules('created'), operator: 'gt', value: moment };
}

function rules(name: DeviceFilterAttribute): AttributeRules {
  return DEVICE_SCHEMA.attributes.find((each) => each.name === name) as AttributeRules;
}

/** When a device counts as stale: not used since the cut-off, which was given as a time or as a duration before `asOf`. */
export interface StaleRule {
  readonly cutOff: Instant;
  readonly asOf: Instant;
  readonly unusedFor?: Duration;
}

/** The rule for a duration before a time. */
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
