import type { FastifyRequest } from 'fastify';
import type { ApiKey, Credential } from '../../domain/api-key/api-key.ts';
import { type Action, RIGHTS, SCOPED } from '../../domain/api-key/rights.ts';
import { allow } from '../../domain/api-key/role.ts';
import { actorOf, type Origin } from '../../domain/audit/origin.ts';
import { isRunLabel } from '../../domain/run/run-label.ts';
import { Secret } from '../../domain/secret.ts';
import { counted } from '../../domain/text/counted.ts';
import { freeTextProblem } from '../../domain/text/printable.ts';
import type { ApiKeyStore } from '../../ports/api-keys.ts';
import { HttpError } from '../answers/http-error.ts';
import type { RateLimiter } from '../limits/rate-limiter.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key of a request that was admitted. */
    apiKey: ApiKey | undefined;
  }
}

/** API keys of requests: whose they are, and what they may do. */
export interface KeyAccess {
  /** The key of a request, if it is good. This counts against no limit. */
  keyOf(request: FastifyRequest): Promise<ApiKey | undefined>;
  /**
   * Lets a request in that has a good key. Throws 401 without a key and for a wrong one, and 429 after too many wrong ones
   * from the client. A good key is let in however many wrong ones came from the same address: nobody guesses 192 bits,
   * so the limit is only there to keep the noise down.
   */
  admit(request: FastifyRequest, key: ApiKey | undefined, client: string): void;
  /**
   * Who asks, if their key allows the action; else throws 403, which names the role that it takes, or that the scope of the
   * request does not reach so far.
   */
  authorize(request: FastifyRequest, action: Action): Origin;
  /** Whether their key allows the action. */
  may(request: FastifyRequest, action: Action): boolean;
}

const CHALLENGE = {
  'www-authenticate': ['Bearer realm="otpctl"', 'Basic realm="otpctl", charset="UTF-8"'],
};

/** What is of no user, and so in no scope. */
export const OF_THE_WHOLE_STORE = 'the API key has a scope, and this is of the whole store';

export function createKeyAccess(apiKeys: ApiKeyStore, failures: RateLimiter): KeyAccess {
  return {
    async keyOf({ headers: { authorization } }) {
      const credential = authorization === undefined ? undefined : credentialOf(authorization);
      return credential && apiKeys.authenticate(credential);
    },

    admit(request, key, client) {
      request.apiKey = key;
      if (key !== undefined) return;
      if (request.headers.authorization === undefined) throw new HttpError(401, 'this needs an API key', CHALLENGE);
      const wait = failures.wait(client);
      if (wait > 0) throw tooMany('there were too many wrong API keys', wait);
      failures.count(client);
      throw new HttpError(401, 'the API key is not good', CHALLENGE);
    },

    may: ({ apiKey, scope }, action) =>
      apiKey !== undefined && allow(apiKey.roles, action) && (scope === undefined || SCOPED[action] !== 'closed'),

    authorize(request, action) {
      const { apiKey, scope } = request;
      if (apiKey === undefined) throw new HttpError(401, 'this needs an API key', CHALLENGE);
      const { name, roles } = apiKey;
      if (!allow(roles, action)) throw new HttpError(403, `the API key lacks the role ${RIGHTS[action]}`);
      if (scope !== undefined && SCOPED[action] === 'closed') throw new HttpError(403, OF_THE_WHOLE_STORE);
      const reason = noteOf(request, 'otpctl-reason');
      const ticket = noteOf(request, 'otpctl-ticket');
      const [run, undoes] = [labelOf(request, 'otpctl-run'), labelOf(request, 'otpctl-undoes')];
      return {
        actor: actorOf('key', name),
        ...(reason !== undefined && { reason }),
        ...(ticket !== undefined && { ticket }),
        ...(run !== undefined && { run }),
        ...(undoes !== undefined && { undoes }),
      };
    },
  };
}

/** The label of a run; a header that does not look like one is ignored. */
function labelOf({ headers }: FastifyRequest, name: 'otpctl-run' | 'otpctl-undoes'): string | undefined {
  const text = headers[name];
  return typeof text === 'string' && isRunLabel(text) ? text : undefined;
}

/** A request that may be sent again after `wait` seconds. */
export function tooMany(message: string, wait: number): HttpError {
  return new HttpError(429, `${message}; try again in ${counted(wait, 'second')}`, { 'retry-after': String(wait) });
}

/** Bearer (RFC 6750 section 2.1) or Basic (RFC 7617); undefined for what is neither. */
function credentialOf(authorization: string): Credential | undefined {
  const [, scheme = '', value = ''] = /^([a-z]+) +([a-z0-9._~+/=-]+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return { password: new Secret(Buffer.from(value)) };
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString('utf8')) ?? [];
  if (user === undefined || password === undefined) return undefined;
  return { user, password: Secret.ofText(password) };
}

/** What a client says about a change, percent-encoded UTF-8: kept in the audit log with it. */
function noteOf(request: FastifyRequest, header: string): string | undefined {
  const value = request.headers[header];
  if (value === undefined) return undefined;
  let text: string;
  try {
    text = decodeURIComponent(String(value));
  } catch {
    throw new HttpError(400, `the header ${header} is not percent-encoded`);
  }
  const problem = freeTextProblem(text);
  if (problem !== undefined) throw new HttpError(400, `the header ${header} ${problem}`);
  return text;
}
