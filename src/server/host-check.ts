import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { HttpError } from './http-error.ts';

/** Under which names a server answers, besides `localhost` and every address. */
export interface ServedNames {
  readonly names: readonly string[];
  readonly certificate?: X509Certificate;
  /** Behind a socket there is only a proxy, which may call it what it likes. */
  readonly any: boolean;
}

const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?$/i;

/**
 * Refuses a Host that is not ours: a page in a browser whose name was turned to this address afterwards (DNS rebinding)
 * still sends its own. An address as Host is nobody's name.
 */
export function checkHost(request: FastifyRequest, { names, certificate, any }: ServedNames): void {
  const { rawHeaders } = request.raw;
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
  const [, six, name = six] = HOST.exec(request.headers.host ?? '') ?? [];
  if (name === undefined || (rawHeaders.length > 0 && hosts !== 1))
    throw new HttpError(400, 'the Host header is missing or malformed');
  checkTarget(request);
  const host = name.toLowerCase().replace(/\.$/, '');
  if (any || isIP(host) !== 0 || host === 'localhost' || names.includes(host)) return;
  if (certificate?.checkHost(host) !== undefined) return;
  throw new HttpError(421, 'this server does not answer for that host');
}

/** A target with a host of its own (RFC 9112 section 3.2.2) must have the same. */
function checkTarget({ raw: { url = '' }, headers: { host } }: FastifyRequest): void {
  if (url.startsWith('/') || URL.parse(url)?.host === host?.toLowerCase()) return;
  throw new HttpError(400, 'the target of the request is not a path');
}
