import type { FastifyRequest } from 'fastify';

/** The address under which clients know this server. */
export interface OwnAddress {
  /** The base URL, else the scheme and host that the client used, without a slash at its end. */
  base(request: FastifyRequest): string;
  /** Whether an `Origin` (RFC 6454 section 7) is that of this server's own pages, as the client of the request has them. */
  isOwn(origin: string, request: FastifyRequest): boolean;
}

interface OwnAddressDeps {
  /** Without a slash at its end. */
  readonly baseUrl: string | undefined;
  readonly tls: boolean;
  /** Whether any Host is accepted as ours: then only a base URL says which one really is. */
  readonly anyHost: boolean;
  /** Whether a host, with its port, is a name of this server. */
  serves(host: string): boolean;
}

/** For requests whose client and Host were checked before. */
export function createOwnAddress({ baseUrl, tls, anyHost, serves }: OwnAddressDeps): OwnAddress {
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

/** An origin in the form in which two are compared; undefined for what is none (`null`, several), or has a path too. */
function originOf(text: string): string | undefined {
  return /^https?:\/\/[^/?#@\\\s,]+$/i.test(text) ? URL.parse(text)?.origin : undefined;
}

/** What the nearest proxy wrote: the last value, whatever stands before it. */
function lastOf(header: string | readonly string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header).split(',').at(-1)?.trim();
}
