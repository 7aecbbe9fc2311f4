import type { Selection } from '../device/selection.ts';
import type { BoundFilter } from './bind-filter.ts';

/** Attributes with an index: the devices that have one value of them are found without a look at the others. */
const INDEXED = ['id', 'name', 'user'] as const;

/** How many devices have a value of an attribute; infinitely many where that is more than is counted. */
export type DevicesWith = (attribute: 'name' | 'user', value: string) => number;

/** What is assumed where nobody counts. */
const SOME: DevicesWith = () => 10;

/**
 * What it costs to select from so many devices: how many of them are looked at, times the comparisons that each is put
 * to. Where an id, a name or a user is asked for, only the devices that have it are looked at.
 */
export function selectionCost(selection: Selection, devices: number, devicesWith?: DevicesWith): number {
  return lookedAt(selection, devices, devicesWith) * Math.max(1, comparisonsIn(selection));
}

/** How many comparisons a selection has. Each word is looked for in two attributes. */
export function comparisonsIn({ user, name, types, statuses, filter, words = [] }: Selection): number {
  const single = [user, name, types, statuses].filter((each) => each !== undefined).length;
  return single + 2 * words.length + (filter === undefined ? 0 : comparisonsOf(filter));
}

/** How many devices are looked at, of so many. */
export function lookedAt({ user, name, filter }: Selection, devices: number, devicesWith = SOME): number {
  return Math.min(
    devices,
    user === undefined ? devices : devicesWith('user', user),
    name === undefined ? devices : devicesWith('name', name),
    filter === undefined ? devices : lookedAtFor(filter, devicesWith),
  );
}

function comparisonsOf(filter: BoundFilter): number {
  switch (filter.kind) {
    case 'not':
      return comparisonsOf(filter.filter);
    case 'and':
    case 'or':
      return filter.filters.reduce((sum, each) => sum + comparisonsOf(each), 0);
    default:
      return 1;
  }
}

function lookedAtFor(filter: BoundFilter, devicesWith: DevicesWith): number {
  switch (filter.kind) {
    case 'and':
      return Math.min(...filter.filters.map((each) => lookedAtFor(each, devicesWith)));
    case 'or':
      return filter.filters.reduce((sum, each) => sum + lookedAtFor(each, devicesWith), 0);
    case 'compare': {
      const { operator, value, rules } = filter;
      const attribute = INDEXED.find((each) => each === rules.name);
      if (operator !== 'eq' || value === null || attribute === undefined) return Number.POSITIVE_INFINITY;
      return attribute === 'id' ? 1 : devicesWith(attribute, String(value));
    }
    default:
      return Number.POSITIVE_INFINITY;
  }
}
