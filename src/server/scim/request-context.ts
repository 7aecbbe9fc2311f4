import type { FastifyRequest } from 'fastify';
import type { Action } from '../../domain/api-key/rights.ts';
import type { Origin } from '../../domain/audit/origin.ts';
import type { ServableBackend } from '../../ports/backend.ts';
import type { ServedDialect } from '../../scim/served-dialect.ts';
import type { ScimDeps } from './scim-deps.ts';

/** What the handlers need to know of a request. */
export interface RequestContext {
  readonly dialect: ServedDialect;
  /** The absolute URL under which the endpoints are, without a slash at its end. */
  readonly base: string;
  /** What there is for the request. */
  readonly backend: ServableBackend;
  /** Who asks, if they may do it; else throws. */
  authorized(action: Action): Origin;
  /** Whether they may do it. */
  may(action: Action): boolean;
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
      get backend() {
        return deps.backendOf(request);
      },
      authorized: (action) => deps.authorize(request, action),
      may: (action) => deps.may(request, action),
    };
  };
}
