import type { ApiKey, Credential } from '../domain/api-key/api-key.ts';
import type { Grant } from '../domain/api-key/role.ts';
import type { Origin } from '../domain/audit/origin.ts';
import type { Instant } from '../domain/instant.ts';
import type { Secret } from '../domain/secret.ts';

export interface ApiKeyRequest {
  readonly name: string;
  readonly roles: readonly Grant[];
  readonly scope?: string;
  readonly expires?: Instant;
}

export interface CreatedApiKey extends ApiKey {
  /** Its text, once. */
  readonly key: Secret;
}

/**
 * The API keys of a server. Names are compared by their fold. `by` is the key of the request, if a key asks: it can give no
 * role that it has not, and no longer life than its own (`not-allowed`). Errors: `apikey-not-found`.
 */
export interface ApiKeys {
  /** Sorted by name; keys of the same name with the current one first. */
  list(): Promise<readonly ApiKey[]>;
  /** Errors: `duplicate`, also for a name whose key has expired; `invalid-value`. */
  create(request: ApiKeyRequest, origin: Origin, by?: ApiKey): Promise<CreatedApiKey>;
  /** A new key under the same name, with the same roles and scope, and as long a life. The old one is good until `until`. */
  rotate(name: string, until: Instant, origin: Origin, by?: ApiKey): Promise<CreatedApiKey>;
  /** Makes every key of that name invalid. */
  revoke(name: string, origin: Origin, by?: ApiKey): Promise<void>;
}

/** A store of API keys, which can also check one. */
export interface ApiKeyStore extends ApiKeys {
  /** The key that a client showed, if it is valid now. Takes as long for a wrong one. */
  authenticate(credential: Credential): Promise<ApiKey | undefined>;
}
