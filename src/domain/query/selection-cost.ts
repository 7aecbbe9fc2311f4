import type { Selection } from '../selection.ts';
import type { BoundFilter } from './bind-filter.ts';

/** Attributes by whose value a device is found without a look at the others, and how many have one value, as a rule. */
const FOUND: Readonly<Record<string, number>> = { id: 1, name: 10, user: 10 };

/**
 * How much it takes to select devices among so many: how often a device is held against a comparison. Words are looked
 * for in two attributes. What is found by id, name or user is held against the rest alone.
 */
export function selectionCost(selection: Selection, devices: number): number {
  return reached(selection, devices) * Math.max(1, comparisonsIn(selection));
}

/** How many comparisons a selection has. */
export function comparisonsIn({ user, name, types, statuses, filter, words = [] }: Selection): number {
  const single = [user, name, types, statuses].filter((each) => each !== undefined).length;
  return single + 2 * words.length + (filter === undefined ? 0 : leavesOf(filter));
}

/** How many devices are looked at, of so many. */
export function reached({ user, name, filter }: Selection, devices: number): number {
  return Math.min(
    devices,
    user === undefined ? devices : (FOUND['user'] ?? devices),
    name === undefined ? devices : (FOUND['name'] ?? devices),
    filter === undefined ? devices : reachOf(filter),
  );
}

function leavesOf(filter: BoundFilter): number {
  switch (filter.kind) {
    case 'not':
      return leavesOf(filter.filter);
    case 'and':
    case 'or':
      return filter.filters.reduce((sum, each) => sum + leavesOf(each), 0);
    default:
      return 1;
  }
}

function reachOf(filter: BoundFilter): number {
  switch (filter.kind) {
    case 'and':
      return Math.min(...filter.filters.map(reachOf));
    case 'or':
      return filter.filters.reduce((sum, each) => sum + reachOf(each), 0);
    case 'compare':
      return filter.operator === 'eq' && filter.value !== null
        ? (FOUND[filter.rules.name] ?? Number.POSITIVE_INFINITY)
        : Number.POSITIVE_INFINITY;
    default:
      return Number.POSITIVE_INFINITY;
  }
}
