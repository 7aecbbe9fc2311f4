import type { Selection } from '../device/selection.ts';
import type { BoundFilter } from './bind-filter.ts';

/** Attributes by whose value devices are found without a look at the others, if one value has few of them. */
const FOUND = ['id', 'name', 'user'] as const;

/** How many devices have a value of an attribute; infinitely many where they are more than few. */
export type Held = (attribute: 'name' | 'user', value: string) => number;

const AS_A_RULE: Held = () => 10;

/**
 * How much it takes to select devices among so many: how often a device is held against a comparison. Words are looked
 * for in two attributes. What is found by id, name or user is held against the rest alone.
 */
export function selectionCost(selection: Selection, devices: number, held?: Held): number {
  return reached(selection, devices, held) * Math.max(1, comparisonsIn(selection));
}

/** How many comparisons a selection has. */
export function comparisonsIn({ user, name, types, statuses, filter, words = [] }: Selection): number {
  const single = [user, name, types, statuses].filter((each) => each !== undefined).length;
  return single + 2 * words.length + (filter === undefined ? 0 : leavesOf(filter));
}

/** How many devices are looked at, of so many. */
export function reached({ user, name, filter }: Selection, devices: number, held = AS_A_RULE): number {
  return Math.min(
    devices,
    user === undefined ? devices : held('user', user),
    name === undefined ? devices : held('name', name),
    filter === undefined ? devices : reachOf(filter, held),
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

function reachOf(filter: BoundFilter, held: Held): number {
  switch (filter.kind) {
    case 'and':
      return Math.min(...filter.filters.map((each) => reachOf(each, held)));
    case 'or':
      return filter.filters.reduce((sum, each) => sum + reachOf(each, held), 0);
    case 'compare': {
      const { operator, value, rules } = filter;
      const attribute = FOUND.find((each) => each === rules.name);
      if (operator !== 'eq' || value === null || attribute === undefined) return Number.POSITIVE_INFINITY;
      return attribute === 'id' ? 1 : held(attribute, String(value));
    }
    default:
      return Number.POSITIVE_INFINITY;
  }
}
