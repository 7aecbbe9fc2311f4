import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { HttpError } from '../answers/http-error.ts';

/** Under which names a server answers, besides `localhost` and every address. */
export interface ServedNames {
  readonly names: readonly string[];
  readonly certificate?: X509Certificate;
  /** Behind a socket there is only a proxy, which may call it what it likes. */
  readonly any: boolean;
}

const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?$/i;

/** What is looked at of the Host of a request. */
interface HostCheck {
  /** Refuses a request whose Host is not ours, or whose target is not a path here. */
  check(request: FastifyRequest): void;
  /** Whether a host, with or without its port, is one of ours. */
  serves(host: string): boolean;
}

/**
 * Refuses a Host that is not ours: a page in a browser whose name was turned to this address afterwards (DNS rebinding)
 * still sends its own. An address as Host is nobody's name. The last one that was ours is remembered: it is nearly always
 * the next one too.
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

/** Whether a header is there twice: Node keeps the first, and a proxy may have gone by the other. */
function isDoubled(header: string, rawHeaders: readonly string[]): boolean {
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === header.length && name.toLowerCase() === header) seen += 1;
  }
  return seen > 1;
}

/** A target with a host of its own (RFC 9112 section 3.2.2) must have the same, and no user (RFC 9110 section 4.2.4). */
function checkTarget(target: string, host: string): void {
  if (target.startsWith('/')) return;
  const url = URL.parse(target);
  if (url?.host === host.toLowerCase() && url.username === '' && url.password === '') return;
  throw new HttpError(400, 'the target of the request is not a path');
}
