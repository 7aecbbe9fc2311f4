/** What differs between the two forms of the protocol that are served. */
export interface ServedDialect {
  /** Below the address of the server. */
  readonly basePath: string;
  /** Whether a resource must say its `schemas`. */
  readonly requiresSchemas: boolean;
  /** Whether an attribute that the schema does not have is refused, and not passed over. */
  readonly refusesUnknown: boolean;
  readonly externalId: boolean;
  /** Versions in `meta` and in ETags, and the times of `meta`. */
  readonly versions: boolean;
  /** Ids as JSON numbers, times as `yyyy-MM-dd HH:mm:ss` in UTC. */
  readonly soffidValues: boolean;
  /** `meta.links` to the challenges, except in the answer to a creation. */
  readonly links: boolean;
  /** Attributes of a creation that are answered unasked. */
  readonly createdUnasked: readonly string[];
  /** Attributes that no selection of attributes takes away. */
  readonly alwaysReturned: readonly string[];
  readonly defaultCount: number;
  readonly maxCount: number;
  /** `itemsPerPage` as it was asked for, and only where there are more. */
  readonly partialPagesOnly: boolean;
  readonly textFilter: boolean;
  /** `/Bulk`, and queries at the root. */
  readonly wholeServer: boolean;
  readonly absoluteEndpoints: boolean;
  /** `application/json` for clients that accept nothing else of ours. */
  readonly negotiatesJson: boolean;
}

const MAX_COUNT = 1000;

/** RFC 7643 and 7644. A list that names no count is as long as it may be, so that it lacks nothing unasked. */
export const RFC: ServedDialect = {
  basePath: '/scim/v2',
  requiresSchemas: true,
  refusesUnknown: false,
  externalId: true,
  versions: true,
  soffidValues: false,
  links: false,
  createdUnasked: [],
  alwaysReturned: [],
  defaultCount: MAX_COUNT,
  maxCount: MAX_COUNT,
  partialPagesOnly: false,
  textFilter: false,
  wholeServer: true,
  absoluteEndpoints: false,
  negotiatesJson: false,
};

/** The shapes of Soffid's OTP service. */
export const SOFFID: ServedDialect = {
  basePath: '/soffid/webservice/scim2/v1',
  requiresSchemas: false,
  refusesUnknown: true,
  externalId: false,
  versions: false,
  soffidValues: true,
  links: true,
  createdUnasked: ['image'],
  alwaysReturned: ['meta'],
  defaultCount: 100,
  maxCount: MAX_COUNT,
  partialPagesOnly: true,
  textFilter: true,
  wholeServer: false,
  absoluteEndpoints: true,
  negotiatesJson: true,
};
