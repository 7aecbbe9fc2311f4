import type { FastifyRequest } from 'fastify';
import type { Origin } from '../../domain/audit/origin.ts';
import type { ServedDialect } from '../../scim/served-dialect.ts';
import type { ScimDeps, ScimRole } from './scim-deps.ts';

/** A request as the handlers know it. */
export interface Exchange {
  readonly dialect: ServedDialect;
  /** The absolute URL under which the endpoints are, without a slash at its end. */
  readonly base: string;
  /** Who asks, if they have the role; throws otherwise. */
  authorized(role: ScimRole): Origin;
  /** Whether they have the role. */
  may(role: ScimRole): boolean;
}

/** What is answered. A body is a value for JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly location?: string;
  readonly version?: string;
}

/** Makes exchanges of requests: as often as one is asked for, as it costs next to nothing. */
export function createExchanges(deps: ScimDeps, dialect: ServedDialect): (request: FastifyRequest) => Exchange {
  // One text for as long as it is the same: what is made for a base is known again by it.
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
