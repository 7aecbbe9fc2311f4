import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RateLimiter } from '../limits/rate-limiter.ts';
import { type KeyAccess, tooMany } from './key-access.ts';
import type { RequestBackends } from './request-backend.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether its code was accepted: such a code counts against no limit. */
    codeAccepted: boolean;
  }
}

interface AdmissionDeps {
  readonly access: KeyAccess;
  readonly backends: RequestBackends;
  /** Counts codes, by the API key and the address of the client. */
  readonly codes: RateLimiter;
  /** Counts requests likewise; those without a good key by the address alone. */
  readonly requests: RateLimiter | undefined;
}

/** Routes without a key: whether the server is well, and how clients are to authenticate (RFC 7644 section 4). */
const OPEN = /^\/(?:healthz|readyz)$|\/ServiceProviderConfig$/;
/** Routes that take a code. */
const CODES = /\/responseChallenge$|^\/otpctl\/v1\/devices\/:id\/(?:verify|resync)$/;

/**
 * Lets requests in that have a good key, within the limits. Limits count by key and address together: so nobody is kept
 * out by others behind the same address, or by others with the same key.
 */
export function registerAdmission(app: FastifyInstance, { access, backends, codes, requests }: AdmissionDeps): void {
  app.decorateRequest('codeAccepted', false);
  app.addHook('onRequest', async (request) => {
    const client = clientIn(request);
    const route = routeOf(request);
    const open = OPEN.test(route) || (route === '/metrics' && client.local);
    const key = open ? undefined : await access.keyOf(request);
    const who = key === undefined ? client.key : `${key.id} ${client.key}`;
    const wait = requests?.wait(who) ?? 0;
    if (wait > 0) throw tooMany('there were too many requests', wait);
    requests?.count(who);
    if (open) return;
    access.admit(request, key, client.key);
    await backends.enter(request);
    if (!CODES.test(route)) return;
    const pause = codes.wait(who);
    if (pause > 0) throw tooMany('there were too many codes', pause);
    codes.count(who);
  });
  app.addHook('onResponse', (request, _, done) => {
    if (request.codeAccepted) codes.giveBack(`${request.apiKey?.id} ${clientIn(request).key}`);
    done();
  });
}

function clientIn({ client }: FastifyRequest) {
  if (client === undefined) throw new Error('a request came in without its client');
  return client;
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? '';
}
