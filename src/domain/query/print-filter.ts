import { type Filter, pathText, visit } from './filter.ts';

/** A filter as text, with no more parentheses than it needs. Parsing it again gives the same tree. */
export function printFilter(filter: Filter): string {
  return visit(filter, {
    or: ({ filters }) => filters.map(printFilter).join(' or '),
    and: ({ filters }) =>
      filters.map((each) => (each.kind === 'or' ? `(${printFilter(each)})` : printFilter(each))).join(' and '),
    not: ({ filter: inner }) => `not (${printFilter(inner)})`,
    present: ({ path }) => `${pathText(path)} pr`,
    compare: ({ path, operator, value }) => `${pathText(path)} ${operator} ${JSON.stringify(value)}`,
    valuePath: ({ path, filter: inner }) => `${pathText(path)}[${printFilter(inner)}]`,
  });
}
