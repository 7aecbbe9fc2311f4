import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { ACCESS_ID, apiPublicKey, CLIENT_ID, CLIENT_KEYS, KID } from './keys.ts';

/** An OAuth client as RSA's console has it. */
export interface OAuthClient {
  readonly algorithm: keyof typeof CLIENT_KEYS;
  readonly scopes: readonly string[];
  /** Seconds of an access token; undefined when the answer does not say. */
  readonly expiresIn?: number;
}

interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

/** Judges tokens, and hands them out to the OAuth client. */
export interface Authority {
  /** Every token that was seen or handed out. */
  readonly tokens: Set<string>;
  readonly scopesAsked: string[];
  /** From here on the tokens so far are refused: with 401, or as RSA does with 403. */
  end(status: 401 | 403): void;
  check(authorization: string | undefined, scope: string, path: string): Promise<Refusal | undefined>;
  token(headers: IncomingHttpHeaders, text: string): Promise<{ status: number; body: unknown }>;
}

interface AuthorityDeps {
  readonly url: string;
  readonly issuer: string;
  readonly now: () => number;
  readonly complaints: string[];
  readonly client: OAuthClient | undefined;
}

const forbidden = (path: string, message: string): Refusal => ({
  status: 403,
  body: { timestamp: 1749938869908, status: 403, error: 'Forbidden', message, path: `/AdminInterface/restapi${path}` },
});
const BAD_TOKEN = 'Server failed to process provided access token';

export function createAuthority({ url, issuer, now, complaints, client }: AuthorityDeps): Authority {
  const tokens = new Set<string>();
  const ended = new Map<string, 401 | 403>();
  const granted = new Map<string, { scopes: readonly string[]; until: number }>();
  const jtis = new Set<string>();
  const scopesAsked: string[] = [];
  const currentDate = () => new Date(now() * 1000);

  const checkOwn = async (token: string): Promise<boolean> => {
    const header = decodeProtectedHeader(token);
    const { payload } = await jwtVerify(token, apiPublicKey, { algorithms: ['RS256'], currentDate: currentDate() });
    claims('JWT', { header, payload }, ['aud', 'exp', 'iat', 'sub'], ['alg', 'typ']);
    const { sub, aud, iat = 0, exp = 0 } = payload;
    if (header.typ !== 'JWT') complaints.push(`typ is ${header.typ}`);
    if (exp - iat !== 300) complaints.push(`a JWT lasts ${exp - iat} seconds`);
    return sub === ACCESS_ID && ['', '/', '/v1', '/v1/'].some((end) => aud === `${url}${end}`);
  };

  const claims = (
    what: string,
    { header, payload }: { header: object; payload: JWTPayload },
    names: readonly string[],
    headers: readonly string[],
  ) => {
    if (Object.keys(payload).sort().join() !== names.join()) complaints.push(`${what} claims ${Object.keys(payload)}`);
    if (Object.keys(header).sort().join() !== headers.join()) complaints.push(`${what} header ${Object.keys(header)}`);
  };

  return {
    tokens,
    scopesAsked,
    end: (status) => {
      for (const token of tokens) ended.set(token, status);
    },

    async check(authorization, scope, path) {
      const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
      if (token === undefined) return forbidden(path, BAD_TOKEN);
      tokens.add(token);
      const status = ended.get(token);
      if (status === 401) return { status, body: { code: '401 UNAUTHORIZED', description: 'Token expired' } };
      if (status === 403) return forbidden(path, BAD_TOKEN);
      if (client === undefined) {
        return (await checkOwn(token).catch(() => false)) ? undefined : forbidden(path, BAD_TOKEN);
      }
      const grant = granted.get(token);
      if (grant === undefined || grant.until < now()) return forbidden(path, BAD_TOKEN);
      return grant.scopes.includes(scope) ? undefined : forbidden(path, 'Access Denied');
    },

    async token(headers, text) {
      if (client === undefined) return { status: 404, body: '' };
      const type = headers['content-type'];
      if (type !== 'application/x-www-form-urlencoded; charset=UTF-8') complaints.push(`content-type is ${type}`);
      const form = new URLSearchParams(text);
      const fields = 'client_assertion,client_assertion_type,client_id,grant_type,scope';
      if ([...form.keys()].sort().join() !== fields) complaints.push(`form has ${[...form.keys()]}`);
      const { algorithm } = client;
      const { payload, protectedHeader: header } = await jwtVerify(
        form.get('client_assertion') ?? '',
        CLIENT_KEYS[algorithm].publicKey,
        { algorithms: [algorithm], currentDate: currentDate(), audience: `${issuer}/token`, issuer: CLIENT_ID },
      );
      claims('assertion', { header, payload }, ['aud', 'exp', 'iat', 'iss', 'jti', 'sub'], ['alg', 'kid', 'typ']);
      const { sub, jti = '', iat = 0, exp = 0 } = payload;
      if (header.kid !== KID || sub !== CLIENT_ID) complaints.push('the assertion names another client');
      if (exp - iat > 300) complaints.push(`an assertion lasts ${exp - iat} seconds`);
      if (jti === '' || jtis.has(jti)) complaints.push(`jti ${jti} was used before`);
      jtis.add(jti);
      tokens.add(form.get('client_assertion') ?? '');
      const scope = form.get('scope') ?? '';
      scopesAsked.push(scope);
      const scopes = scope.split(' ');
      if (scopes.some((each) => !client.scopes.includes(each))) {
        return { status: 403, body: { error: 'access_denied', error_description: 'scope is not enabled' } };
      }
      const token = `access-${randomUUID()}-${randomUUID()}`;
      tokens.add(token);
      granted.set(token, { scopes, until: now() + (client.expiresIn ?? 3600) });
      const { expiresIn } = client;
      return {
        status: 200,
        body: { access_token: token, token_type: 'Bearer', ...(expiresIn !== undefined && { expires_in: expiresIn }) },
      };
    },
  };
}
