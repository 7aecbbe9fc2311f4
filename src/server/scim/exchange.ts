import type { FastifyRequest } from 'fastify';
import type { Origin } from '../../domain/origin.ts';
import type { Dialect } from '../../scim/dialect.ts';
import type { ScimDeps, ScimRole } from './scim-deps.ts';

/** A request as the handlers know it. */
export interface Exchange {
  readonly dialect: Dialect;
  /** The absolute URL under which the endpoints are, without a slash at its end. */
  readonly base: string;
  /** Who asks, if they have the role; throws otherwise. */
  authorized(role: ScimRole): Origin;
}

/** What is answered. A body is a value for JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly location?: string;
  readonly version?: string;
}

/** Makes exchanges of requests: as often as one is asked for, as it costs next to nothing. */
export function createExchanges(deps: ScimDeps, dialect: Dialect): (request: FastifyRequest) => Exchange {
  return (request) => ({
    dialect,
    base: `${deps.baseUrl(request)}${dialect.basePath}`,
    authorized: (role) => deps.authorize(request, role),
  });
}
