import type { Dispatcher } from 'undici';
import { OtpctlError } from '../../../domain/errors.ts';
import { serverUrl } from '../../../domain/place/server.ts';
import { Secret } from '../../../domain/secret.ts';
import { utf8 } from '../../../domain/text/utf8.ts';
import { type Connections, openDispatcher } from '../../../http/dispatcher.ts';
import { PASSING, type RetryDeps, withRetries } from '../../../http/retry.ts';
import { type Outcome, type Outgoing, type RawAnswer, sendOnce } from '../../../http/send-once.ts';
import type { SignIn } from '../../../ports/servers/sign-in.ts';
import { noAnswer, refusal, SEE_VERBOSE, unknownOutcome } from './failures.ts';
import { readJson } from './json-answer.ts';
import { lateMask, outcomeText, sentText } from './mask.ts';

/** A server, and how it is reached. */
export interface RemoteServer extends Omit<Connections, 'addresses' | 'connections' | 'connectTimeout'> {
  /** The SCIM base, or a bare origin where that is still to be found out. */
  readonly url: string;
  readonly credential?: SignIn;
  /** Seconds that one try may take. */
  readonly timeout?: number;
  readonly insecureHttp?: boolean;
  /** Connections at once. */
  readonly concurrency?: number;
  readonly ratePerSecond?: number;
  /** A filter over users, to which an otpctl narrows what the credential sees. */
  readonly scope?: string;
}

/** Whether a request may be sent again: a read, a change that does no harm twice, or one that must not arrive twice. */
type Repeat = 'read' | 'change' | 'never';

export interface RemoteRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base: `/OtpDevice/5`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of a body. */
  readonly content?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly repeat: Repeat;
  /** The statuses that the caller understands; any other is an error. */
  readonly accept: readonly number[] | 'any';
  /** Only the status of the answer is needed: its body is not parsed. */
  readonly statusOnly?: boolean;
  /** A change: what it is in words, and the command that shows what became of it. */
  readonly change?: { readonly what: string; readonly look: string };
  /** Secrets in the request, which must not be shown. */
  readonly secrets?: readonly Secret[];
  /** The error for an answer in a format of this server's own; undefined for any other answer. */
  explain?(answer: RawAnswer, mask: (text: string) => string): Error | undefined;
  /** Called before the request is sent again, after the usual wait; may wait longer. */
  again?(): Promise<void>;
  /** Without the credential: for a server of which nothing is known yet. */
  readonly anonymous?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: RawAnswer['headers'];
  readonly text: string;
  /** Undefined where the body is not JSON, or is cut off. */
  readonly json: unknown;
  /** How often the request was sent. */
  readonly tries: number;
}

/** Talks to one server: its origin, and no other. Errors: all of those in `failures`. */
export interface Transport {
  readonly base: URL;
  /** The same connections, to another path of the same origin. */
  at(path: string): Transport;
  send(request: RemoteRequest): Promise<Answer>;
  close(): void;
}

export interface TransportDeps extends RetryDeps {
  /** Is told of every request and answer. `text` makes the words, without secrets; it costs nothing until it is called. */
  trace(text: () => string): void;
}

const MEDIA_TYPE = 'application/scim+json';
const ACCEPT = `${MEDIA_TYPE}, application/json`;
const DEFAULT_TIMEOUT = 30;
const DEFAULT_CONNECTIONS = 8;
/** Milliseconds before a second try. */
const FIRST_WAIT = 500;
/** The largest answer that is read. A page of a thousand devices has a fraction of it. */
const MAX_BYTES = 64 * 1024 * 1024;
/** By these statuses a gateway says that it lost the answer. The change may have been made all the same. */
const LOST = [502, 504];

export function createTransport(server: RemoteServer, deps: TransportDeps): Transport {
  const { timer } = deps;
  const base = new URL(serverUrl(server.url, server.insecureHttp));
  const secrets = secretsOf(server.credential);
  const signature = server.credential && authorization(server.credential);
  const scope = server.scope === undefined ? {} : { 'otpctl-scope': encodeURIComponent(server.scope) };
  const maskOfServer = lateMask(secrets);
  const { host } = base;
  let dispatcher: Promise<Dispatcher> | undefined;
  let nextSlot = 0;

  // http needs neither certificates nor a proxy.
  const open = () => {
    const connections = server.concurrency ?? DEFAULT_CONNECTIONS;
    return openDispatcher(base.protocol === 'https:' ? { ...server, connections } : { connections });
  };

  /** Waits until the next request may go out, so that there are no more in a second than the profile says. */
  const pace = async (rate: number) => {
    const now = timer.elapsed();
    const slot = Math.max(now, nextSlot);
    nextSlot = slot + 1000 / rate;
    if (slot > now) await timer.sleep(slot - now);
  };

  const send = async (root: Root, request: RemoteRequest): Promise<Answer> => {
    const outgoing = outgoingOf(root, request, { ...(signature && { authorization: signature }), ...scope });
    const mask = request.secrets === undefined ? maskOfServer : lateMask([...secrets, ...request.secrets]);
    let [tries, arrived] = [0, false];
    const attempt = async (end: number) => {
      dispatcher ??= open();
      tries += 1;
      if (tries > 1) await request.again?.();
      if (server.ratePerSecond !== undefined) await pace(server.ratePerSecond);
      deps.trace(() => sentText(outgoing, mask));
      const started = timer.elapsed();
      const timeout = Math.min((server.timeout ?? DEFAULT_TIMEOUT) * 1000, end - started);
      const outcome = await sendOnce(await dispatcher, outgoing, { timeout, bytes: MAX_BYTES, longer: 'fails' });
      deps.trace(() => outcomeText(outcome, timer.elapsed() - started, mask));
      arrived ||= outcome.kind === 'failed' && outcome.sent;
      return outcome;
    };
    const retries = { firstWait: FIRST_WAIT, mayRepeat: (last: Outcome) => mayRepeat(request.repeat, last) };
    const outcome = await withRetries(attempt, retries, deps);
    return conclude(outcome, request, { arrived, tries }, { host, mask });
  };

  const at = (from: URL): Transport => {
    const { origin, pathname } = from;
    const root: Root = { origin, path: pathname === '/' ? '' : pathname };
    return {
      base: from,
      at: (path) => at(new URL(path, origin)),
      send: (request) => send(root, request),
      // If the connections could not be opened, the request that needed them has failed with the reason.
      close: () =>
        void dispatcher?.then(
          (open) => open.destroy(),
          () => {},
        ),
    };
  };
  return at(base);
}

/** Whether another try may be made, as far as the outcome of the last goes. */
function mayRepeat(repeat: Repeat, outcome: Outcome): boolean {
  if (repeat === 'never') return outcome.kind === 'failed' && !outcome.sent;
  return outcome.kind === 'failed' || PASSING.includes(outcome.status);
}

/** What comes before the paths of requests. */
interface Root {
  readonly origin: string;
  readonly path: string;
}

function conclude(
  outcome: Outcome,
  request: RemoteRequest,
  { arrived, tries }: { readonly arrived: boolean; readonly tries: number },
  words: Parameters<typeof refusal>[1],
): Answer {
  const { change } = request;
  if (outcome.kind === 'failed') {
    const error = noAnswer(outcome, words);
    throw change !== undefined && arrived ? unknownOutcome(change.what, change.look, error) : error;
  }
  const { status, headers, body } = outcome;
  if (request.accept !== 'any' && !request.accept.includes(status)) {
    const explained = request.explain?.(outcome, words.mask);
    if (explained !== undefined) throw explained;
    const error = refusal(outcome, words);
    throw change !== undefined && LOST.includes(status) ? unknownOutcome(change.what, change.look, error) : error;
  }
  if (request.statusOnly) return { status, headers, text: '', json: undefined, tries };
  const text = utf8(body);
  if (text !== undefined) return { status, headers, text, json: readJson(text), tries };
  // In another encoding the names would be wrong. A change is not refused for it: its caller looks what became of it.
  if (request.accept !== 'any' && change === undefined) {
    throw new OtpctlError('protocol', `${words.host} answered with something that is not UTF-8`, SEE_VERBOSE);
  }
  return { status, headers, text: body.toString(), json: undefined, tries };
}

function outgoingOf(root: Root, request: RemoteRequest, known: Readonly<Record<string, string>>): Outgoing {
  const query = request.query === undefined ? '' : queryText(request.query);
  const body = request.content ?? (request.body === undefined ? null : JSON.stringify(request.body));
  const headers: Record<string, string> = { accept: ACCEPT, 'accept-language': 'en' };
  if (body !== null) headers['content-type'] = MEDIA_TYPE;
  if (request.headers !== undefined) Object.assign(headers, request.headers);
  if (!request.anonymous) Object.assign(headers, known);
  return {
    origin: root.origin,
    path: `${root.path}${request.path}${query}`,
    method: request.method,
    headers,
    body,
  };
}

function queryText(query: NonNullable<RemoteRequest['query']>): string {
  const pairs = Object.entries(query).map(
    ([key, value]) => `${key}=${encodeURIComponent(String(value).toWellFormed())}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function authorization(credential: SignIn): string {
  const secret = credential.secret.exposeText();
  if (credential.kind === 'token') return `Bearer ${secret}`;
  return `Basic ${Buffer.from(`${credential.username}:${secret}`).toString('base64')}`;
}

function secretsOf(credential: SignIn | undefined): Secret[] {
  if (credential === undefined) return [];
  return [credential.secret, Secret.ofText(authorization(credential).replace(/^\S+ /, ''))];
}
