import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Gate, tooMany } from './gate.ts';
import type { RateLimiter } from './rate-limiter.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether it brought a code that was accepted: such a code is charged to nobody. */
    codeAccepted: boolean;
  }
}

interface AdmissionDeps {
  readonly gate: Gate;
  /** Codes, by the API key and the address of a client. */
  readonly codes: RateLimiter;
  /** Requests, likewise; those without a good key by the address alone. */
  readonly requests: RateLimiter | undefined;
}

/** Routes that anybody may ask: is it well, and (RFC 7644 section 4) how are clients to authenticate. */
const OPEN = /^\/(?:healthz|readyz)$|\/ServiceProviderConfig$/;
/** Where codes are tried. */
const CODES = /\/responseChallenge$|^\/otpctl\/v1\/devices\/:id\/(?:verify|resync)$/;

/**
 * Lets in who has a good key, in measure. What is charged is charged to the pair of key and address: neither what others
 * do behind the same address nor what is done elsewhere with the same key keeps anybody out.
 */
export function registerAdmission(app: FastifyInstance, { gate, codes, requests }: AdmissionDeps): void {
  app.decorateRequest('codeAccepted', false);
  app.addHook('onRequest', async (request) => {
    const client = clientIn(request);
    const route = routeOf(request);
    const open = OPEN.test(route) || (route === '/metrics' && client.local);
    const key = open ? undefined : await gate.keyOf(request);
    const who = key === undefined ? client.key : `${key.id} ${client.key}`;
    const wait = requests?.wait(who) ?? 0;
    if (wait > 0) throw tooMany('there were too many requests', wait);
    requests?.count(who);
    if (open) return;
    gate.admit(request, key, client.key);
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
