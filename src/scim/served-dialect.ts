/** What differs between the two dialects of SCIM that are served. */
export interface ServedDialect {
  /** The path of its base. */
  readonly basePath: string;
  /** Whether resources and messages of clients must have `schemas`. */
  readonly requiresSchemas: boolean;
  /** Whether an attribute that the schema has not is refused; else it is ignored. */
  readonly refusesUnknown: boolean;
  /** Whether resources have `externalId`. */
  readonly externalId: boolean;
  /** Whether resources have versions (in `meta` and as ETag), and times in `meta`. */
  readonly versions: boolean;
  /** Ids are JSON numbers; else texts. */
  readonly numericIds: boolean;
  /** Times are written `yyyy-MM-dd HH:mm:ss`, in UTC; else as ISO 8601. */
  readonly plainTimes: boolean;
  /** Whether `meta` has links to the challenges, except in the answer to a creation. */
  readonly challengeLinks: boolean;
  /** Attributes that the answer to a creation has even if nobody asks for them. */
  readonly returnedOnCreation: readonly string[];
  /** Attributes that are returned whatever attributes are asked for. */
  readonly alwaysReturned: readonly string[];
  /** The length of a page where the client names none, and the most that it may name. */
  readonly defaultCount: number;
  readonly maxCount: number;
  /** Whether a list says `itemsPerPage` only if it has more than one page, and then as it was asked for. */
  readonly partialPagesOnly: boolean;
  /** Whether lists take the parameter `textFilter`. */
  readonly textFilter: boolean;
  /** Whether there are `/Bulk`, and queries over all types at the root. */
  readonly bulkAndRootQueries: boolean;
  /** Whether endpoints in ResourceTypes are whole URLs. */
  readonly absoluteEndpoints: boolean;
  /** Whether answers are `application/json` for clients that accept only that. */
  readonly negotiatesJson: boolean;
}

const MAX_COUNT = 1000;

/** RFC 7643 and 7644. Without a count a list is as long as it may be, so that clients without paging miss little. */
export const RFC: ServedDialect = {
  basePath: '/scim/v2',
  requiresSchemas: true,
  refusesUnknown: false,
  externalId: true,
  versions: true,
  numericIds: false,
  plainTimes: false,
  challengeLinks: false,
  returnedOnCreation: [],
  alwaysReturned: [],
  defaultCount: MAX_COUNT,
  maxCount: MAX_COUNT,
  partialPagesOnly: false,
  textFilter: false,
  bulkAndRootQueries: true,
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
  numericIds: true,
  plainTimes: true,
  challengeLinks: true,
  returnedOnCreation: ['image'],
  alwaysReturned: ['meta'],
  defaultCount: 100,
  maxCount: MAX_COUNT,
  partialPagesOnly: true,
  textFilter: true,
  bulkAndRootQueries: false,
  absoluteEndpoints: true,
  negotiatesJson: true,
};
