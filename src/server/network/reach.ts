import type { FastifyRequest } from 'fastify';

/** Where clients reach this server. */
export interface Reach {
  /** Scheme and authority, or the base URL, without a slash at its end. */
  base(request: FastifyRequest): string;
  /** Whether an `Origin` (RFC 6454 section 7) is that of this server's own pages, as the client of the request has them. */
  isOwn(origin: string, request: FastifyRequest): boolean;
}

interface ReachDeps {
  /** Without a slash at its end. */
  readonly baseUrl: string | undefined;
  readonly tls: boolean;
  /** Whether every host is taken for ours: then a base URL alone says which is. */
  readonly anyHost: boolean;
  /** Whether a host, with its port, is one of this server. */
  serves(host: string): boolean;
}

/** The client of the request, and its Host, were looked at before. */
export function createReach({ baseUrl, tls, anyHost, serves }: ReachDeps): Reach {
  const base = baseUrl === undefined ? undefined : new URL(baseUrl).origin;
  const asked = (request: FastifyRequest) => {
    const { headers, client } = request;
    if (client?.proxied !== true) return `${tls ? 'https' : 'http'}://${headers.host}`;
    const scheme = tls || lastOf(headers['x-forwarded-proto']) === 'https' ? 'https' : 'http';
    const host = lastOf(headers['x-forwarded-host']);
    return `${scheme}://${host !== undefined && serves(host) ? host : headers.host}`;
  };
  return {
    base: (request) => baseUrl ?? asked(request),
    isOwn(given, request) {
      const origin = originOf(given);
      if (origin === undefined) return false;
      return origin === base || (!(anyHost && base !== undefined) && origin === originOf(asked(request)));
    },
  };
}

/** Scheme, host and port as they compare; undefined for what is none (`null`, several), or has more to it. */
function originOf(text: string): string | undefined {
  return /^https?:\/\/[^/?#@\\\s,]+$/i.test(text) ? URL.parse(text)?.origin : undefined;
}

/** What the nearest proxy wrote: it is the last, whatever was there before. */
function lastOf(header: string | readonly string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header).split(',').at(-1)?.trim();
}
