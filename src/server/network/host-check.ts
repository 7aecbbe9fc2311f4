import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { HttpError } from '../answers/http-error.ts';

/** The names of a server, besides `localhost` and all addresses. */
export interface ServedNames {
  readonly names: readonly string[];
  readonly certificate?: X509Certificate;
  /** Accepts every Host: the server is behind a Unix socket, and its proxy may send any. */
  readonly any: boolean;
}

const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?$/i;

/** Checks the Host of requests. */
interface HostCheck {
  /** Refuses a request with another Host, or whose target is a URL of another host. */
  check(request: FastifyRequest): void;
  /** Whether a host, with or without its port, is one of ours. */
  serves(host: string): boolean;
}

/**
 * Refuses a Host that is no name of this server. That stops DNS rebinding: a page whose own name was made to lead here
 * still sends that name as Host. Every address is accepted, since no page has one as its name. The last Host that was
 * accepted is remembered, since the next one is nearly always the same.
 */
export function createHostCheck({ names, certificate, any }: ServedNames): HostCheck {
  const isOurs = (name: string) => {
    const host = name.toLowerCase().replace(/\.$/, '');
    const known = any || isIP(host) !== 0 || host === 'localhost' || names.includes(host);
    return known || certificate?.checkHost(host) !== undefined;
  };
  let ours: string | undefined;
  return {
    check({ headers, raw }) {
      const { host: given = '' } = headers;
      const name = given === ours ? given : nameIn(given);
      if (name === undefined || isDoubled('host', raw.rawHeaders)) {
        throw new HttpError(400, 'the Host header is missing, malformed or there twice');
      }
      checkTarget(raw.url ?? '', given);
      if (given === ours) return;
      if (!isOurs(name)) throw new HttpError(421, 'this server does not answer for that host');
      ours = given;
    },
    serves(host) {
      const name = nameIn(host);
      return name !== undefined && isOurs(name);
    },
  };
}

function nameIn(host: string): string | undefined {
  const [, six, name = six] = HOST.exec(host) ?? [];
  return name;
}

/** Whether a header is there twice: Node takes the first, and a proxy may have taken the other. */
function isDoubled(header: string, rawHeaders: readonly string[]): boolean {
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === header.length && name.toLowerCase() === header) seen += 1;
  }
  return seen > 1;
}

/** A target that is a URL (RFC 9112 section 3.2.2) must have the same host, and no user (RFC 9110 section 4.2.4). */
function checkTarget(target: string, host: string): void {
  if (target.startsWith('/')) return;
  const url = URL.parse(target);
  if (url?.host === host.toLowerCase() && url.username === '' && url.password === '') return;
  throw new HttpError(400, 'the target of the request is not a path');
}
