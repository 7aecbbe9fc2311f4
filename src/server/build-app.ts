import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import type { ServableBackend } from '../ports/backend.ts';
import type { Clock } from '../ports/system/clock.ts';
import type { Random } from '../ports/system/random.ts';
import { registerAdmission } from './access/admission.ts';
import { createKeyAccess, type KeyAccess } from './access/key-access.ts';
import { bodyText, refuseAmbiguous } from './answers/body-text.ts';
import { checkJson } from './answers/check-json.ts';
import { answerClientError } from './answers/client-error.ts';
import { answerTo, scimError } from './answers/error-answer.ts';
import { HttpError } from './answers/http-error.ts';
import { LIMITS, type Limits } from './limits/limits.ts';
import { createRateLimiter } from './limits/rate-limiter.ts';
import { createTurnQueue } from './limits/turn-queue.ts';
import { measured } from './log/measured-backend.ts';
import { createMetrics } from './log/metrics.ts';
import { type LogSink, loggerOptions, logRequest } from './log/request-log.ts';
import { clientOf, peerOf } from './network/client-address.ts';
import { type Connections, createConnections } from './network/connections.ts';
import { createCrossSiteCheck } from './network/cross-site.ts';
import { createHostCheck, type ServedNames } from './network/host-check.ts';
import { createOwnAddress } from './network/own-address.ts';
import { NO_PROXIES, type Proxies } from './network/proxies.ts';
import { registerSystemRoutes } from './system-routes.ts';
import { createLines } from './v1/json-lines.ts';
import { registerV1, V1 } from './v1/register-v1.ts';

export interface AppDeps {
  readonly backend: ServableBackend;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: LogSink;
  readonly names: ServedNames;
  readonly limits?: Partial<Limits>;
  /** The certificate and key of TLS, in PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The proxies that are trusted to say where a request comes from. */
  readonly trustProxy?: Proxies;
  /** The URL under which clients know this server, without a slash at its end. */
  readonly baseUrl?: string;
  /** Registers what is served besides `/otpctl/v1`. */
  readonly mounts?: readonly Mount[];
}

/** What the server offers to mounted routes. */
interface MountContext extends Pick<KeyAccess, 'authorize' | 'may'> {
  /** With every verification, lock and message counted. */
  readonly backend: ServableBackend;
  /** The URL under which the client of a request knows this server. */
  baseUrl(request: FastifyRequest): string;
}

type Mount = (app: FastifyInstance, context: MountContext) => void | Promise<void>;

/** Builds the server without listening, so that tests can inject requests. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { clock, random, trustProxy = NO_PROXIES } = deps;
  const limits: Limits = { ...LIMITS, ...deps.limits };
  const metrics = createMetrics();
  const backend = measured(deps.backend, metrics);
  const limiter = (perMinute: number) => createRateLimiter(clock, perMinute, limits.clients);
  const access = createKeyAccess(backend.apiKeys, limiter(limits.failedAuthentications));
  const waitForTurn = createTurnQueue();
  const host = createHostCheck(deps.names);
  const { baseUrl } = deps;
  const ownAddress = createOwnAddress({
    baseUrl,
    tls: deps.tls !== undefined,
    anyHost: deps.names.any,
    serves: host.serves,
  });
  const checkCrossSite = createCrossSiteCheck(ownAddress.isOwn);
  const run = Buffer.from(random.bytes(4)).toString('hex');
  let count = 0;
  const connections = createConnections({ limits, peerOf: (socket) => peerOf(socket, trustProxy) });
  const app = fastify({
    serverFactory: (handler) => httpServer(deps, limits, connections, handler),
    logger: loggerOptions(deps.log),
    // One logger for all: a logger for each request costs more than the one line that most requests log.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => `${run}-${(count++).toString(36)}`,
    requestIdHeader: false,
    bodyLimit: limits.bodyBytes,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => refuse(error, request, reply),
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, maxParamLength: 500 },
  });
  const readJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      const text = bodyText(body);
      // If this callback threw, Fastify would take that for invalid JSON: so the result is only noted in it.
      let read: Parameters<typeof done> = [null];
      readJson(request, text, (...result) => {
        read = result;
      });
      if (read[0] === null) refuseAmbiguous(text);
      done(...read);
    } catch (error) {
      done(error as Error);
    }
  });
  app.decorateRequest('client', undefined);
  app.decorateRequest('apiKey', undefined);

  const headers = deps.tls === undefined ? HEADERS : { ...HEADERS, ...TLS_HEADERS };
  // Before the key is checked: what is refused here counts against nobody's limit.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id);
    host.check(request);
    request.client = clientOf(request, trustProxy);
    checkCrossSite(request);
    if ((request.raw.url ?? '').length > limits.urlLength) throw new HttpError(414, 'the URL is too long');
    done();
  });
  registerAdmission(app, {
    access,
    codes: limiter(limits.codes),
    requests: limits.requests === undefined ? undefined : limiter(limits.requests),
  });
  app.addHook('preValidation', (request, _, done) => {
    if (request.body !== undefined) checkJson(request.body, limits.jsonDepth);
    done();
  });
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  // While the server closes, a connection ends with its answer: nobody waits for it to time out.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    metrics.request(request.method, routeOf(request), reply.statusCode, reply.elapsedTime);
    logRequest(app.log, request, reply);
    done();
  });
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply));
  app.setNotFoundHandler((request, reply) => refuse(new HttpError(404, 'there is nothing here'), request, reply));

  const mountContext: MountContext = {
    backend,
    authorize: access.authorize,
    may: access.may,
    baseUrl: ownAddress.base,
  };
  registerSystemRoutes(app, backend, metrics);
  const sendLines = createLines({ waitForTurn, limits, keyOf: access.keyOf });
  await app.register(async (v1) => registerV1(v1, { ...mountContext, clock, sendLines }), { prefix: V1 });
  for (const mount of deps.mounts ?? []) await mount(app, mountContext);
  return app;
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const TLS_HEADERS = { 'strict-transport-security': 'max-age=31536000' };

/** Fastify asks for one for each address that a host name has. */
function httpServer(
  { tls }: AppDeps,
  limits: Limits,
  connections: Connections,
  handler: Parameters<typeof createServer>[1] & {},
): Server {
  const options = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionsCheckingInterval: limits.checkInterval,
    insecureHTTPParser: false,
  };
  const secure = { ...options, ...tls, handshakeTimeout: limits.headersTimeout };
  const server = tls === undefined ? createServer(options, handler) : createTlsServer(secure, handler);
  server.timeout = limits.idleTimeout;
  connections.watch(server as Server);
  return server as Server;
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = answerTo(error, request.id);
  if (answer.status >= 500) request.log.error({ reqId: request.id, err: error }, 'request failed');
  reply.code(answer.status).headers(answer.headers);
  if (!isV1(request)) {
    return reply
      .type('application/scim+json')
      .serializer(String)
      .send(JSON.stringify(scimError(answer)));
  }
  const { code, message, hint, position, step } = answer;
  return reply.type('application/json').send({ error: { code, message, hint, position, step } });
}

/** Doubled slashes count as one, as for the router. */
function isV1(request: FastifyRequest): boolean {
  return `${(request.raw.url ?? '').replace(/\/{2,}/g, '/')}/`.startsWith(`${V1}/`);
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}
