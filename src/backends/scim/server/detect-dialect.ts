import { OtpctlError } from '../../../domain/errors.ts';
import type { DialectName } from '../../../domain/place/server.ts';
import type { Answer, Transport } from '../transport/transport.ts';

export const SOFFID_PATH = '/soffid/webservice/scim2/v1';
/** Where SCIM is served, on a server of which only the origin is known; else its base is the origin itself. */
const KNOWN_PATHS = ['/scim/v2', SOFFID_PATH];
const ORIGIN = '/';

export interface DetectedServer {
  /** The SCIM base. */
  readonly url: string;
  readonly dialect: DialectName;
  /** What the server says that it can do: `patch`, `bulk`, `filter`, `sort`, `etag`. */
  readonly supports: readonly string[];
  /** Its ServiceProviderConfig, as JSON; undefined where it shows that to nobody who has not signed in. */
  readonly config?: unknown;
}

/**
 * Finds out how a server speaks, by reads without the credential: of a bare origin, both known paths are
 * asked, and then the origin. Errors: `protocol` when there is no SCIM, `unreachable`.
 */
export async function detectDialect(transport: Transport): Promise<DetectedServer> {
  const { base } = transport;
  const paths = base.pathname === '/' ? KNOWN_PATHS : [base.pathname];
  const answers: { readonly path: string; readonly answer: Answer }[] = [];
  const ask = async (path: string) => {
    answers.push({ path, answer: await askConfig(transport.at(path), true) });
  };
  for (const path of paths) await ask(path);
  const isSettled = answers.some(({ answer }) => isConfig(answer.json) || wantsCredential(answer));
  if (base.pathname === ORIGIN && !isSettled) await ask(ORIGIN);
  const open = answers.find(({ answer }) => isConfig(answer.json));
  if (open !== undefined) return found(base, open.path, open.answer);
  // A server may want to know who asks first: the name of its realm, or the path that it is strict about, tells.
  const wanting = answers.filter(({ answer }) => wantsCredential(answer));
  const likely = wanting.find(({ path, answer }) => path.endsWith(SOFFID_PATH) && isSoffid(answer)) ?? wanting[0];
  if (likely !== undefined) return found(base, likely.path, likely.answer);
  throw new OtpctlError(
    'protocol',
    `there is no SCIM service at ${base.origin}: ${answers.map(({ path, answer }) => `${path} answers ${answer.status}`).join(', ')}`,
    `give its whole URL, for example  ${base.origin}${SOFFID_PATH}`,
  );
}

function wantsCredential({ status }: Answer): boolean {
  return status === 401 || status === 403;
}

/** Whether an otpctl serves it: its own API knows who asks, or says in its own words that it does not. */
export async function isOtpctl(scim: Transport): Promise<boolean> {
  const v1 = scim.at(v1Path(scim.base.pathname));
  const { status, json } = await v1.send({ method: 'GET', path: '/whoami', repeat: 'read', accept: 'any' });
  const { error, roles } = (json ?? {}) as { readonly error?: { readonly code?: unknown }; readonly roles?: unknown };
  return status === 200 ? Array.isArray(roles) : status === 401 && error?.code === 'unauthenticated';
}

/**
 * Refuses (`not-supported-here`) a server that does not say that it keeps to the scope of a profile: it would show, and
 * change, whatever the credential may.
 */
export async function requireScope(scim: Transport, scope: string): Promise<void> {
  const v1 = scim.at(v1Path(scim.base.pathname));
  const { status, json } = await v1.send({ method: 'GET', path: '/whoami', repeat: 'read', accept: 'any' });
  const { scope: held } = (json ?? {}) as { readonly scope?: unknown };
  if (status === 401) return;
  if (status === 200 && (held === scope || (typeof held === 'string' && held.endsWith(` and (${scope})`)))) return;
  throw new OtpctlError(
    'not-supported-here',
    `the profile has a scope, and ${scim.base.host} keeps to none: only an otpctl serve of this release or later does`,
    'give its credential fewer rights there, and leave the scope out of the profile',
  );
}

/** The path of an otpctl's own API: beside the SCIM paths, also where all of them are below another. */
export function v1Path(scimPath: string): string {
  const known = KNOWN_PATHS.find((path) => scimPath.endsWith(path)) ?? '';
  return `${scimPath.slice(0, scimPath.length - known.length).replace(/\/$/, '')}/otpctl/v1`;
}

/** Asks a server what it can do, and takes whatever it answers. */
export function askConfig(transport: Transport, anonymous: boolean): Promise<Answer> {
  return transport.send({ method: 'GET', path: '/ServiceProviderConfig', repeat: 'read', accept: 'any', anonymous });
}

type Config = Readonly<Record<string, { readonly supported?: unknown } | undefined>>;

function isConfig(json: unknown): json is Config {
  const { schemas } = (json ?? {}) as { readonly schemas?: unknown };
  return (
    Array.isArray(schemas) &&
    schemas.some((each) => typeof each === 'string' && each.endsWith(':ServiceProviderConfig'))
  );
}

function isSoffid({ headers }: Answer): boolean {
  return /realm="?soffid/i.test(String(headers['www-authenticate'] ?? ''));
}

function found({ origin }: URL, path: string, answer: Answer): DetectedServer {
  const soffid = path.endsWith(SOFFID_PATH) || isSoffid(answer);
  return {
    url: path === ORIGIN ? origin : `${origin}${path}`,
    dialect: soffid ? 'soffid' : 'rfc',
    supports: supported(answer.json),
    ...(isConfig(answer.json) && { config: answer.json }),
  };
}

/** What a server says of itself that it can do; nothing where it does not say. */
export function supported(json: unknown): string[] {
  if (!isConfig(json)) return [];
  return ['patch', 'bulk', 'filter', 'sort', 'etag'].filter((name) => json[name]?.supported === true);
}

/** What a server takes in one bulk request; undefined where it takes none, or has no versions to guard its changes by. */
export function bulkLimits(json: unknown): { maxOperations: number; maxPayloadSize: number } | undefined {
  const can = supported(json);
  if (!can.includes('bulk') || !can.includes('etag')) return undefined;
  const { bulk } = json as { readonly bulk: Readonly<Record<string, unknown>> };
  const [maxOperations, maxPayloadSize] = [numberOf(bulk['maxOperations']), numberOf(bulk['maxPayloadSize'])];
  if (!(maxOperations >= 1) || !(maxPayloadSize >= LEAST_PAYLOAD)) return undefined;
  return { maxOperations, maxPayloadSize };
}

/** A number, also as a text. */
function numberOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

/** Bytes below which a bulk request is of no use. */
const LEAST_PAYLOAD = 2000;
