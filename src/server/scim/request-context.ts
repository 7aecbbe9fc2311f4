import type { FastifyRequest } from 'fastify';
import type { Origin } from '../../domain/audit/origin.ts';
import type { ServedDialect } from '../../scim/served-dialect.ts';
import type { ScimDeps, ScimRole } from './scim-deps.ts';

/** What the handlers need to know of a request. */
export interface RequestContext {
  readonly dialect: ServedDialect;
  /** The absolute URL under which the endpoints are, without a slash at its end. */
  readonly base: string;
  /** Who asks, if they have the role; else throws. */
  authorized(role: ScimRole): Origin;
  /** Whether they have the role. */
  may(role: ScimRole): boolean;
}

/** An answer; its body is a value for JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly location?: string;
  readonly version?: string;
}

/** Makes the contexts of requests. To make one costs next to nothing, so it may be made several times. */
export function createContexts(deps: ScimDeps, dialect: ServedDialect): (request: FastifyRequest) => RequestContext {
  // The same string while the base stays the same, so that what is made for a base is found again at no cost.
  let [root, base] = ['', ''];
  return (request) => {
    const url = deps.baseUrl(request);
    if (url !== root) [root, base] = [url, `${url}${dialect.basePath}`];
    return {
      dialect,
      base,
      authorized: (role) => deps.authorize(request, role),
      may: (role) => deps.may(request, role),
    };
  };
}
