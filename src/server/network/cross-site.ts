import type { FastifyRequest } from 'fastify';
import { HttpError } from '../answers/http-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set on a route that changes something although its method is a safe one (RFC 9110 section 9.2.1). */
    changes?: true;
  }
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** Values of Sec-Fetch-Site of requests that no page of another origin made. */
const OWN_SITE: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * Refuses changes that a page of another origin asks for in a browser, which would send the user's Basic credentials with
 * them. Reads pass: without CORS, that page cannot see the answer. Clients that are no browser send neither header, and
 * pass.
 */
export function createCrossSiteCheck(isOwn: (origin: string, request: FastifyRequest) => boolean) {
  return (request: FastifyRequest): void => {
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (origin === undefined && site === undefined) return;
    if (SAFE.has(request.method) && request.routeOptions.config?.changes !== true) return;
    if (OWN_SITE.has(site) && (origin === undefined || isOwn(origin, request))) return;
    throw new HttpError(403, 'a page of another origin may change nothing here');
  };
}
