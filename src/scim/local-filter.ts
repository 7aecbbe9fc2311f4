import type { Filter } from '../domain/query/filter.ts';

interface Foreign {
  /** The filter as it was written: positions are of it. */
  readonly text: string;
  /** The absolute URL under which the resources are. */
  readonly base: string;
  /** Whether ids may be compared with numbers. */
  readonly numericIds: boolean;
}

/** A filter on what clients see, as one on what the core keeps: locations below the base, ids as texts. */
export function localFilter(filter: Filter, foreign: Foreign): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map((each) => localFilter(each, foreign)) };
    case 'not':
    case 'valuePath':
      return { ...filter, filter: localFilter(filter.filter, foreign) };
    case 'present':
      return filter;
    case 'compare': {
      const { value, path, valuePosition } = filter;
      const name = (path.sub ?? path.attribute).toLowerCase();
      if (typeof value === 'string' && name === 'location' && value.startsWith(`${foreign.base}/`)) {
        return { ...filter, value: value.slice(foreign.base.length) };
      }
      if (typeof value === 'number' && name === 'id' && foreign.numericIds) {
        // As it is written: a number of JavaScript has not all the digits of 64 bits.
        return { ...filter, value: /^-?[0-9]+/.exec(foreign.text.slice(valuePosition))?.[0] ?? String(value) };
      }
      return filter;
    }
  }
}
