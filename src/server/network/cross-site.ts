import type { FastifyRequest } from 'fastify';
import { HttpError } from '../answers/http-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set where a method that is safe by its name (RFC 9110 section 9.2.1) changes something all the same. */
    changes?: true;
  }
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** What Sec-Fetch-Site says of requests that no other page made. */
const OURS: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * Refuses what a page of another origin wants to change: a browser sends its Basic credentials along, whoever asks. Reads
 * pass, for without CORS that page sees no answer. What is no browser sends neither header, and passes.
 */
export function createCrossSiteCheck(isOwn: (origin: string, request: FastifyRequest) => boolean) {
  return (request: FastifyRequest): void => {
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (origin === undefined && site === undefined) return;
    if (SAFE.has(request.method) && request.routeOptions.config?.changes !== true) return;
    if (OURS.has(site) && (origin === undefined || isOwn(origin, request))) return;
    throw new HttpError(403, 'a page of another origin may change nothing here');
  };
}
