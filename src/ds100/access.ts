import { OtpctlError } from '../domain/errors.ts';
import type { Instant } from '../domain/instant.ts';
import type { RandomBytes } from '../domain/random-source.ts';
import type { Secret } from '../domain/secret.ts';
import { hex } from '../domain/text/hex.ts';
import type { Ds100Need } from '../ports/ds100-admin.ts';
import { answerObject, saidBy } from './answers.ts';
import type { RsaConfig } from './rsa-config.ts';
import { apiKeyOf, type ClientKey, clientKeyOf, readKeyFile } from './rsa-key.ts';
import { apiBase, tokenEndpoint } from './rsa-url.ts';
import type { HttpRequest, Transport } from './transport.ts';

/** Proves to RSA who asks. Tokens live in memory alone. */
export interface Access {
  /** The base of the API, without `/v1`. */
  readonly base: string;
  /** A token that is valid now. The last one is used again while it lasts. */
  token(): Promise<string>;
  /** Forgets a token that the server refused. */
  renew(refused: string): void;
  /** Throws, before anything is sent, if the client has no permission for it. Errors: `not-allowed`. */
  permit(need: Ds100Need): void;
}

export interface AccessDeps {
  readonly now: () => Instant;
  readonly randomBytes: RandomBytes;
  readonly transport: Transport;
}

/** Seconds that a token we sign is valid. RSA allows an hour at most. */
const LIFETIME = 300;
/** A token that ends in fewer seconds than these is not used any more. */
const EARLY = 30;
const DEFAULT_EXPIRY = 3600;

const SCOPES: Record<Ds100Need, string> = {
  read: 'rsa.authenticator.ds100.read',
  manage: 'rsa.authenticator.ds100.manage',
  delete: 'rsa.authenticator.ds100.delete',
  user: 'rsa.user.read',
};

/** Errors: `usage` for a configuration that does not fit together, `key-missing`, `key-wrong`, `permissions`. */
export function createAccess(config: RsaConfig, needs: readonly Ds100Need[], deps: AccessDeps): Access {
  const isClient = config.issuer !== undefined || config.clientId !== undefined || config.privateKeyFile !== undefined;
  if (!isClient) return keyAccess(config, deps);
  if (config.keyFile !== undefined) {
    throw new OtpctlError('usage', 'RSA has both an API key and an OAuth client', 'keep one of them');
  }
  return clientAccess(config, needs, deps);
}

/** The base of the API. The Administration API key has one too: it is read only if the configuration has none. */
export function apiBaseOf({ url, keyFile, key, insecureHttp }: RsaConfig): string {
  return apiBase(url ?? apiKeyOf(secretOf(keyFile, key, 'keyFile')).adminRestApiUrl, insecureHttp);
}

/** Tokens signed with an Administration API key: `sub`, `aud`, `iat`, `exp`, RS256. */
function keyAccess(config: RsaConfig, { now }: AccessDeps): Access {
  const { accessId, key, adminRestApiUrl } = apiKeyOf(secretOf(config.keyFile, config.key, 'keyFile'));
  const keep = reuse(async () => {
    const { SignJWT } = await import('jose');
    const issued = now();
    const token = await new SignJWT()
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256' })
      .setSubject(accessId)
      .setAudience(adminRestApiUrl)
      .setIssuedAt(issued)
      .setExpirationTime(issued + LIFETIME)
      .sign(key);
    return { token, until: issued + LIFETIME };
  }, now);
  return { base: apiBase(config.url ?? adminRestApiUrl, config.insecureHttp), ...keep, permit: () => {} };
}

/** Tokens of an OAuth client: client credentials with private_key_jwt (RFC 7523), for no more than is needed. */
function clientAccess(config: RsaConfig, needs: readonly Ds100Need[], deps: AccessDeps): Access {
  const { url, issuer, clientId, scopes } = config;
  if (url === undefined || issuer === undefined || clientId === undefined) {
    throw new OtpctlError('usage', 'an OAuth client of RSA needs url, issuer and clientId', 'complete the profile');
  }
  const key = clientKeyOf(secretOf(config.privateKeyFile, config.key, 'privateKeyFile'));
  const endpoint = tokenEndpoint(issuer, config.insecureHttp);
  const mine = (need: Ds100Need) => scopes?.includes(SCOPES[need]) ?? true;
  const wanted = needs.filter(mine).map((need) => SCOPES[need]);
  const keep = reuse(async () => {
    const request = () => tokenRequest({ endpoint, clientId, key, wanted }, deps);
    const outcome = await deps.transport.send(request, 'safe');
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.status !== 200) throw tokenRefused(outcome.status, outcome.text, wanted);
    const { access_token: token, token_type: type, expires_in: expires } = answerObject(outcome.text);
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || String(type).toLowerCase() !== 'bearer') {
      throw new OtpctlError('protocol', 'the issuer answered without an access token', 'look at the issuer');
    }
    const seconds = Number.isSafeInteger(expires) ? Number(expires) : DEFAULT_EXPIRY;
    return { token, until: deps.now() + seconds };
  }, deps.now);
  return {
    base: apiBase(url, config.insecureHttp),
    ...keep,
    permit(need) {
      if (mine(need)) return;
      throw new OtpctlError(
        'not-allowed',
        `the OAuth client has no permission ${SCOPES[need]}`,
        'enable it for the client at RSA, and name it in the scopes of the profile',
      );
    },
  };
}

interface Client {
  readonly endpoint: string;
  readonly clientId: string;
  readonly key: ClientKey;
  readonly wanted: readonly string[];
}

/** A request for a token. Each has a new assertion, a second try as well: the issuer accepts each only once. */
async function tokenRequest(
  { endpoint, clientId, key, wanted }: Client,
  { now, randomBytes }: AccessDeps,
): Promise<HttpRequest> {
  const { SignJWT } = await import('jose');
  const issued = now();
  const assertion = await new SignJWT()
    .setProtectedHeader({ typ: 'JWT', alg: key.algorithm, kid: key.kid })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(endpoint)
    .setIssuedAt(issued)
    .setExpirationTime(issued + LIFETIME)
    .setJti(hex(randomBytes(16)))
    .sign(key.key);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    scope: wanted.join(' '),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  return {
    method: 'POST',
    url: endpoint,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    body: form.toString(),
  };
}

function tokenRefused(status: number, text: string, wanted: readonly string[]): OtpctlError {
  const said = saidBy(text);
  if (status === 429) return new OtpctlError('throttled', 'the issuer wants fewer requests', 'wait, and run it again');
  if (status >= 500) return new OtpctlError('server-failed', `the issuer failed (${status})`, 'run it again later');
  if (status === 403 || /scope/.test(said)) {
    return new OtpctlError(
      'not-allowed',
      `the issuer gives no token (${status}${said}) for ${wanted.join(' ')}`,
      'look at the issuer, and at the permissions of the client: what it lacks is left out of the scopes of the profile',
    );
  }
  if (status === 400 || status === 401) {
    return new OtpctlError(
      'not-signed-in',
      `the issuer does not know the client (${status}${said})`,
      'look at clientId, at the private key, and at the clock of this machine',
    );
  }
  return new OtpctlError('protocol', `the issuer answered ${status}`, 'look at the issuer');
}

function secretOf(file: string | undefined, text: Secret | undefined, name: string): Secret {
  if (file !== undefined) return readKeyFile(file);
  if (text !== undefined) return text;
  throw new OtpctlError('key-missing', `there is no key for RSA: neither ${name} nor one in the keyring`);
}

/** Keeps a token until shortly before its end. */
function reuse(
  make: () => Promise<{ readonly token: string; readonly until: Instant }>,
  now: () => Instant,
): Pick<Access, 'token' | 'renew'> {
  let last: { readonly token: string; readonly until: Instant } | undefined;
  let next: Promise<string> | undefined;
  // Requests that are under way at once share one token.
  const renewed = async () => {
    try {
      last = await make();
      return last.token;
    } finally {
      next = undefined;
    }
  };
  return {
    async token() {
      if (last !== undefined && now() < last.until - EARLY) return last.token;
      next ??= renewed();
      return next;
    },
    renew(refused) {
      if (last?.token === refused) last = undefined;
    },
  };
}
