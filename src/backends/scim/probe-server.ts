import { readFileSync } from 'node:fs';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { invalid, OtpctlError } from '../../domain/errors.ts';
import type { RemotePlace } from '../../domain/place.ts';
import { printable } from '../../domain/printable.ts';
import type { Findings, SignIn } from '../../ports/probe.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const SOFFID_PATH = '/soffid/webservice/scim2/v1';
/** Where servers are known to have SCIM. */
const KNOWN_PATHS = ['/scim/v2', SOFFID_PATH];
const FEATURES = ['patch', 'bulk', 'filter', 'sort', 'etag'];

/** Of an answer, the first bytes are enough. */
const MAX_ANSWER = 2 ** 20;

interface Answer {
  readonly status: number;
  readonly realm: string;
  /** What the body is as JSON; undefined when it is not. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** Asks a server what it is, by reads alone; redirects are not followed, and only the configured origin is asked. */
export async function probeServer(
  place: RemotePlace,
  signIn: SignIn | undefined,
  environment: Environment,
): Promise<Findings> {
  const dispatcher = dispatcherOf(place, environment);
  const ask = (url: string, credential?: SignIn) => askOnce(url, place, dispatcher, credential);
  try {
    const { url, answer } = await findBase(place, ask);
    const dialect = place.dialect === 'auto' ? dialectOf(url, answer) : place.dialect;
    if (signIn === undefined) return { url, dialect, devices: 'unknown', supports: featuresOf(answer) };
    const config = answer.status === 200 ? answer : await ask(`${url}/ServiceProviderConfig`, signIn);
    const devices = await ask(`${url}/OtpDevice?count=1`, signIn);
    const total = devices.json?.['totalResults'];
    return {
      url,
      dialect,
      signedIn: devices.status !== 401 && config.status !== 401,
      devices: readingOf(devices),
      ...(typeof total === 'number' && { count: total }),
      supports: featuresOf(config),
    };
  } finally {
    await dispatcher.destroy();
  }
}

/** The base that a URL means. A bare origin is asked at both known paths, without credentials. */
async function findBase(
  { url }: RemotePlace,
  ask: (url: string) => Promise<Answer>,
): Promise<{ url: string; answer: Answer }> {
  const bases = new URL(url).pathname === '/' ? KNOWN_PATHS.map((path) => url + path) : [url];
  const answers: { url: string; answer: Answer }[] = [];
  for (const base of bases) answers.push({ url: base, answer: await ask(`${base}/ServiceProviderConfig`) });
  const found =
    answers.find(({ answer }) => answer.status === 200 && answer.json?.['schemas'] !== undefined) ??
    // A server that shows nothing to strangers: by its realm, else where it asks for a credential at all.
    answers.find((each) => each.answer.status === 401 && dialectOf('', each.answer) === dialectOf(each.url, NOTHING)) ??
    answers.find(({ answer }) => answer.status === 401 || answer.status === 403);
  if (found !== undefined) return found;
  const seen = answers.map(({ url: base, answer }) => `${new URL(base).pathname} answers ${answer.status}`).join(', ');
  throw new OtpctlError(
    'unreachable',
    `there is no SCIM service at ${url}: ${seen}`,
    'give its whole base URL, as for example  https://idm.example.com/scim/v2',
  );
}

const NOTHING: Answer = { status: 0, realm: '', json: undefined };

function dialectOf(url: string, { realm }: Answer): Findings['dialect'] {
  return url.endsWith(SOFFID_PATH) || /realm="?soffid/i.test(realm) ? 'soffid' : 'rfc';
}

function readingOf({ status, json }: Answer): Findings['devices'] {
  if (status === 200) return json === undefined ? 'unknown' : 'readable';
  if (status === 401 || status === 403 || status === 400) return 'forbidden';
  return status === 404 ? 'missing' : 'unknown';
}

function featuresOf({ status, json }: Answer): readonly string[] {
  if (status !== 200 || json === undefined) return [];
  return FEATURES.filter((name) => (json[name] as { supported?: unknown } | undefined)?.supported === true);
}

async function askOnce(
  url: string,
  { timeout }: RemotePlace,
  dispatcher: Dispatcher,
  signIn: SignIn | undefined,
): Promise<Answer> {
  const headers = {
    accept: 'application/scim+json, application/json',
    ...(signIn !== undefined && { authorization: authorization(signIn) }),
  };
  try {
    const signal = AbortSignal.timeout(timeout * 1000);
    const { statusCode, headers: given, body } = await request(url, { dispatcher, headers, signal });
    let text = '';
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > MAX_ANSWER) break;
    }
    return { status: statusCode, realm: String(given['www-authenticate'] ?? ''), json: jsonObject(text) };
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    const why = name === 'TimeoutError' ? `no answer within ${timeout} seconds` : printable(code ?? message);
    throw new OtpctlError('unreachable', `${new URL(url).origin} cannot be reached: ${why}`, hintFor(code), {
      cause: error,
    });
  }
}

function hintFor(code: string | undefined): string {
  return /CERT|SIGNATURE|SELF_SIGNED|ISSUER/.test(code ?? '')
    ? 'name the certificate of its authority with  --ca-file FILE'
    : 'look at the address and the network, and run it again';
}

function authorization(signIn: SignIn): string {
  const secret = signIn.secret.exposeText();
  return signIn.kind === 'token'
    ? `Bearer ${secret}`
    : `Basic ${Buffer.from(`${signIn.username}:${secret}`, 'utf8').toString('base64')}`;
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function dispatcherOf(place: RemotePlace, environment: Environment): Dispatcher {
  const { caFile, clientCertFile, clientKeyFile } = place;
  const connect = {
    timeout: place.timeout * 1000,
    ...(caFile !== undefined && { ca: fileText('CA certificate', caFile) }),
    ...(clientCertFile !== undefined && { cert: fileText('client certificate', clientCertFile) }),
    ...(clientKeyFile !== undefined && { key: fileText('client key', clientKeyFile) }),
  };
  const httpsProxy = environment['HTTPS_PROXY'] || environment['https_proxy'];
  if (!httpsProxy || !place.url.startsWith('https:')) return new Agent({ connect });
  const noProxy = environment['NO_PROXY'] || environment['no_proxy'] || '';
  return new EnvHttpProxyAgent({ httpsProxy, noProxy, connect, requestTls: connect });
}

function fileText(what: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw invalid(`the ${what} ${printable(path)} cannot be read: ${code}`);
  }
}
