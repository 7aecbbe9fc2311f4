import type { Filter } from '../domain/query/filter.ts';

/** Where a filter of a client comes from. */
interface FilterSource {
  /** The filter as the client wrote it. Positions count in it. */
  readonly text: string;
  /** The absolute URL under which the resources are. */
  readonly base: string;
  /** Whether ids may be compared with numbers. */
  readonly numericIds: boolean;
}

/** Turns a filter on resources as clients see them into one on stored devices: locations without the base, ids as texts. */
export function localFilter(filter: Filter, source: FilterSource): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map((each) => localFilter(each, source)) };
    case 'not':
    case 'valuePath':
      return { ...filter, filter: localFilter(filter.filter, source) };
    case 'present':
      return filter;
    case 'compare': {
      const { value, path, valuePosition } = filter;
      const name = (path.sub ?? path.attribute).toLowerCase();
      if (typeof value === 'string' && name === 'location' && value.startsWith(`${source.base}/`)) {
        return { ...filter, value: value.slice(source.base.length) };
      }
      if (typeof value === 'number' && name === 'id' && source.numericIds) {
        // From the text, since a number of JavaScript cannot hold all digits of 64 bits.
        return { ...filter, value: /^-?[0-9]+/.exec(source.text.slice(valuePosition))?.[0] ?? String(value) };
      }
      return filter;
    }
  }
}
