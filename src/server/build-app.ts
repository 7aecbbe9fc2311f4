import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import type { ServableBackend } from '../ports/backend.ts';
import type { Clock } from '../ports/system/clock.ts';
import type { Random } from '../ports/system/random.ts';
import { bodyText, refuseAmbiguous } from './answers/body-text.ts';
import { checkJson } from './answers/check-json.ts';
import { answerClientError } from './answers/client-error.ts';
import { answerTo, scimError } from './answers/error-answer.ts';
import { HttpError } from './answers/http-error.ts';
import { registerAdmission } from './limits/admission.ts';
import { createGate, type Gate } from './limits/gate.ts';
import { LIMITS, type Limits } from './limits/limits.ts';
import { createRateLimiter } from './limits/rate-limiter.ts';
import { createTurns } from './limits/turns.ts';
import { measured } from './log/measured-backend.ts';
import { createMetrics } from './log/metrics.ts';
import { type LogSink, loggerOptions, logRequest } from './log/request-log.ts';
import { clientOf, peerOf } from './network/client-address.ts';
import { type Connections, createConnections } from './network/connections.ts';
import { createCrossSiteCheck } from './network/cross-site.ts';
import { createHostCheck, type ServedNames } from './network/host-check.ts';
import { NO_PROXIES, type Proxies } from './network/proxies.ts';
import { createReach } from './network/reach.ts';
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
  /** Whose word is taken for where a request comes from. */
  readonly trustProxy?: Proxies;
  /** Where clients reach this server, without a slash at its end. */
  readonly baseUrl?: string;
  /** What is served besides `/otpctl/v1`. */
  readonly mounts?: readonly Mount[];
}

/** What mounted routes may ask of the server around them. */
interface Surface extends Pick<Gate, 'authorize' | 'may'> {
  /** The backend, measured. */
  readonly backend: ServableBackend;
  /** Scheme and authority under which the client of a request reaches this server. */
  baseUrl(request: FastifyRequest): string;
}

type Mount = (app: FastifyInstance, surface: Surface) => void | Promise<void>;

/** The server without its listening: what tests inject requests into. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { clock, random, trustProxy = NO_PROXIES } = deps;
  const limits: Limits = { ...LIMITS, ...deps.limits };
  const metrics = createMetrics();
  const backend = measured(deps.backend, metrics);
  const limiter = (perMinute: number) => createRateLimiter(clock, perMinute, limits.clients);
  const gate = createGate(backend.apiKeys, limiter(limits.failedAuthentications));
  const turn = createTurns();
  const host = createHostCheck(deps.names);
  const { baseUrl } = deps;
  const reach = createReach({ baseUrl, tls: deps.tls !== undefined, anyHost: deps.names.any, serves: host.serves });
  const checkCrossSite = createCrossSiteCheck(reach.isOwn);
  const run = Buffer.from(random.bytes(4)).toString('hex');
  let count = 0;
  const connections = createConnections({ limits, peerOf: (socket) => peerOf(socket, trustProxy) });
  const app = fastify({
    serverFactory: (handler) => httpServer(deps, limits, connections, handler),
    logger: loggerOptions(deps.log),
    // A logger of its own for each request costs more than the one line that most of them have.
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
      // What is thrown while it reads is taken for a text that is no JSON.
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
  // Before anybody's key is looked at: what is refused here is charged to nobody.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id);
    host.check(request);
    request.client = clientOf(request, trustProxy);
    checkCrossSite(request);
    if ((request.raw.url ?? '').length > limits.urlLength) throw new HttpError(414, 'the URL is too long');
    done();
  });
  registerAdmission(app, {
    gate,
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
  // A connection that is answered last must not be waited for.
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

  const surface: Surface = {
    backend,
    authorize: gate.authorize,
    may: gate.may,
    baseUrl: reach.base,
  };
  registerSystemRoutes(app, backend, metrics);
  const sendLines = createLines({ turn, limits, keyOf: gate.keyOf });
  await app.register(async (v1) => registerV1(v1, { ...surface, clock, sendLines }), { prefix: V1 });
  for (const mount of deps.mounts ?? []) await mount(app, surface);
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

/** One server for the main address and one for each further address of a name. */
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

/** Slashes that are doubled are one, as they are to the router. */
function isV1(request: FastifyRequest): boolean {
  return `${(request.raw.url ?? '').replace(/\/{2,}/g, '/')}/`.startsWith(`${V1}/`);
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}
