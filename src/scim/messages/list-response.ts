import type { ServedDialect } from '../served-dialect.ts';
import type { ListQuery } from './list-query.ts';

const LIST_MESSAGE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** A page of what was found (RFC 7644 section 3.4.2). */
export function listResponse(
  total: number,
  resources: readonly unknown[],
  { startIndex, count }: Pick<ListQuery, 'startIndex' | 'count'>,
  dialect: ServedDialect,
): Record<string, unknown> {
  const itemsPerPage = dialect.partialPagesOnly ? (count < total ? count : undefined) : resources.length;
  return {
    schemas: [LIST_MESSAGE],
    totalResults: total,
    startIndex,
    ...(itemsPerPage !== undefined && { itemsPerPage }),
    // Also when it is empty, as clients expect it to be there.
    Resources: resources,
  };
}

/** A list that has all resources, and no pages. */
export function wholeList(resources: readonly unknown[], dialect: ServedDialect): Record<string, unknown> {
  return listResponse(resources.length, resources, { startIndex: 1, count: Math.max(1, resources.length) }, dialect);
}
