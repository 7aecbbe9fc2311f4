import type { ApiKey, Credential } from '../domain/api-key/api-key.ts';
import type { Grant } from '../domain/api-key/role.ts';
import type { Origin } from '../domain/audit/origin.ts';
import type { Instant } from '../domain/instant.ts';
import type { Secret } from '../domain/secret.ts';

export interface ApiKeyRequest {
  readonly name: string;
  readonly roles: readonly Grant[];
  readonly expires?: Instant;
}

export interface CreatedApiKey extends ApiKey {
  /** Its text, once. */
  readonly key: Secret;
}

/**
 * The keys to the server. Names are compared by their fold. `by` is the key that asks, which then bounds what it gets: no
 * role and no life that it has not (`not-allowed`). Errors: `apikey-not-found`.
 */
export interface ApiKeys {
  /** By name; of one name, the current one first. */
  list(): Promise<readonly ApiKey[]>;
  /** Errors: `duplicate`, also for one that has expired; `invalid-value`. */
  create(request: ApiKeyRequest, origin: Origin, by?: ApiKey): Promise<CreatedApiKey>;
  /** A new key under the same name, with the same roles and as long a life. The old one is good until `until`. */
  rotate(name: string, until: Instant, origin: Origin, by?: ApiKey): Promise<CreatedApiKey>;
  /** Every key of that name opens nothing from now on. */
  revoke(name: string, origin: Origin, by?: ApiKey): Promise<void>;
}

/** Where the keys themselves are kept. */
export interface ApiKeyStore extends ApiKeys {
  /** The key that a client showed, if it is good now. Takes as long for a wrong one. */
  authenticate(credential: Credential): Promise<ApiKey | undefined>;
}
