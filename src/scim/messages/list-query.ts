import { type Projection, projection } from '../schema/projection.ts';
import { badRequest } from '../scim-error.ts';
import type { ServedDialect } from '../served-dialect.ts';
import { type Members, memberOf, membersOf, requireSchema } from './json-body.ts';

const SEARCH_MESSAGE = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** What a list is asked for (RFC 7644 section 3.4.2). */
export interface ListQuery {
  readonly filter?: string;
  readonly textFilter?: string;
  readonly sortBy?: string;
  readonly descending: boolean;
  /** Counted from 1. */
  readonly startIndex: number;
  readonly count: number;
  readonly projection: Projection;
}

/** The query parameters of a URL: each is a text, or an array of texts if it was repeated. */
export type Parameters = Readonly<Record<string, unknown>>;

/** Reads the parameters of a URL. Errors: `invalidValue`. */
export function readParameters(parameters: Parameters, dialect: ServedDialect): ListQuery {
  const text = (name: string): string | undefined => {
    const value = parameters[name];
    if (value === undefined || typeof value === 'string') return value;
    throw badRequest('invalidValue', `${name} is given twice`);
  };
  return query({
    dialect,
    filter: text('filter'),
    textFilter: text('textFilter'),
    sortBy: text('sortBy'),
    sortOrder: text('sortOrder'),
    startIndex: integer(text('startIndex'), 'startIndex'),
    count: integer(text('count'), 'count'),
    projection: readProjection(parameters),
  });
}

/** The attributes that a URL asks for: names with commas between them. */
export function readProjection(parameters: Parameters): Projection {
  const names = (name: string): string[] | undefined => {
    const value = parameters[name];
    if (value === undefined) return undefined;
    const texts = Array.isArray(value) ? value : [value];
    const found = texts.flatMap((each) => String(each).split(',')).filter((each) => each.trim() !== '');
    return found.length === 0 ? undefined : found;
  };
  return projection(names('attributes'), names('excludedAttributes'));
}

/** Reads a SearchRequest (RFC 7644 section 3.4.3). Errors: `invalidSyntax`, `invalidValue`. */
export function readSearch(body: unknown, dialect: ServedDialect): ListQuery {
  const members = membersOf(body);
  if (dialect.requiresSchemas) requireSchema(members, SEARCH_MESSAGE);
  return query({
    dialect,
    filter: textOf(members, 'filter'),
    textFilter: textOf(members, 'textFilter'),
    sortBy: textOf(members, 'sortBy'),
    sortOrder: textOf(members, 'sortOrder'),
    startIndex: integerOf(members, 'startIndex'),
    count: integerOf(members, 'count'),
    projection: projection(textsOf(members, 'attributes'), textsOf(members, 'excludedAttributes')),
  });
}

interface Given {
  readonly dialect: ServedDialect;
  readonly filter: string | undefined;
  readonly textFilter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: string | undefined;
  readonly startIndex: number | undefined;
  readonly count: number | undefined;
  readonly projection: Projection;
}

function query({ dialect, filter, textFilter, sortBy, sortOrder, startIndex, count, ...rest }: Given): ListQuery {
  const order = sortOrder?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw badRequest('invalidValue', 'sortOrder is neither ascending nor descending');
  }
  return {
    ...rest,
    ...(filter !== undefined && { filter }),
    ...(textFilter !== undefined && dialect.textFilter && { textFilter }),
    ...(sortBy !== undefined && sortBy.trim() !== '' && { sortBy: sortBy.trim() }),
    descending: order === 'descending',
    startIndex: Math.max(1, startIndex ?? 1),
    count: Math.min(dialect.maxCount, Math.max(0, count ?? dialect.defaultCount)),
  };
}

function integer(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[+-]?[0-9]+$/.test(text.trim())) throw badRequest('invalidValue', `${name} is not a whole number`);
  return Math.max(-1, Math.min(Number(text), Number.MAX_SAFE_INTEGER));
}

function integerOf(members: Members, name: string): number | undefined {
  const value = memberOf(members, name);
  if (value === undefined || value === null) return undefined;
  if (!Number.isSafeInteger(value)) throw badRequest('invalidValue', `${name} is not a whole number`);
  return value as number;
}

function textOf(members: Members, name: string): string | undefined {
  const value = memberOf(members, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badRequest('invalidValue', `${name} is not a text`);
  return value;
}

/** Names in an array, or in one text with commas between them. */
function textsOf(members: Members, name: string): string[] | undefined {
  const value = memberOf(members, name);
  if (value === undefined || value === null) return undefined;
  const texts = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(texts) || texts.some((each) => typeof each !== 'string')) {
    throw badRequest('invalidValue', `${name} is not an array of texts`);
  }
  return texts.length === 0 ? undefined : texts;
}
