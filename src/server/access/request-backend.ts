import type { FastifyRequest } from 'fastify';
import { parseScope } from '../../domain/query/parse-scope.ts';
import { bothScopes, type Scope } from '../../domain/scope.ts';
import type { ServableBackend } from '../../ports/backend.ts';
import { HttpError } from '../answers/http-error.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The users that are there for it: by the scope of its key, and by the one that it brought. */
    scope: Scope | undefined;
    /** The place as it is for this request; undefined until it was let in. */
    backend: ServableBackend | undefined;
  }
}

/** Narrows what a key sees, for one request: a filter over users, percent-encoded. */
const HEADER = 'otpctl-scope';
/** Scopes whose backend is kept. */
const MOST = 100;

/** What requests see of a place. Routes are given nothing else of it, so that none can forget the scope of a key. */
export interface RequestBackends {
  /** Says which backend a request that was let in has. Errors: `invalid-filter`, 400. */
  enter(request: FastifyRequest): Promise<void>;
  /** The backend of a request: bound to its scope, if it has one. */
  of(request: FastifyRequest): ServableBackend;
}

export function createRequestBackends(whole: ServableBackend): RequestBackends {
  const kept = new Map<string, Promise<ServableBackend>>();
  const within = (scope: Scope): Promise<ServableBackend> => {
    const before = kept.get(scope.text);
    if (before !== undefined) return before;
    if (kept.size >= MOST) kept.clear();
    const made = whole.within(scope);
    kept.set(scope.text, made);
    return made;
  };
  return {
    async enter(request) {
      const own = request.apiKey?.scope;
      request.scope = bothScopes(own === undefined ? undefined : parseScope(own), broughtBy(request));
      request.backend = request.scope === undefined ? whole : await within(request.scope);
    },
    of({ backend }) {
      if (backend === undefined) throw new Error('a request came in without its backend');
      return backend;
    },
  };
}

function broughtBy({ headers }: FastifyRequest): Scope | undefined {
  const value = headers[HEADER];
  if (value === undefined) return undefined;
  let text: string;
  try {
    text = decodeURIComponent(String(value));
  } catch {
    throw new HttpError(400, `the header ${HEADER} is not percent-encoded`);
  }
  return parseScope(text);
}
