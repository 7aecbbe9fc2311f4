import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import type { Random } from '../ports/system/random.ts';
import { bodyText, refuseAmbiguous } from './answers/body-text.ts';
import { answerClientError } from './answers/client-error.ts';
import { answerTo, scimError } from './answers/error-answer.ts';
import { HttpError } from './answers/http-error.ts';
import type { Limits } from './limits/limits.ts';
import { type LogSink, loggerOptions } from './log/request-log.ts';
import { peerOf } from './network/client-address.ts';
import { type Connections, createConnections } from './network/connections.ts';
import type { Proxies } from './network/proxies.ts';
import { V1 } from './v1/register-v1.ts';

interface HttpAppDeps {
  readonly random: Random;
  readonly log: LogSink;
  readonly limits: Limits;
  readonly tls: Tls | undefined;
  readonly trustProxy: Proxies;
}

/** A certificate and its key, in PEM. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** A Fastify app without routes: it limits connections, reads JSON, answers errors, and ends well. */
export function createHttpApp({ random, log, limits, tls, trustProxy }: HttpAppDeps): FastifyInstance {
  const run = Buffer.from(random.bytes(4)).toString('hex');
  let count = 0;
  const connections = createConnections({ limits, peerOf: (socket) => peerOf(socket, trustProxy) });
  const app = fastify({
    serverFactory: (handler) => httpServer(tls, limits, connections, handler),
    logger: loggerOptions(log),
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
  readJsonBodies(app);
  closeWithAnswers(app);
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply));
  app.setNotFoundHandler((request, reply) => refuse(new HttpError(404, 'there is nothing here'), request, reply));
  return app;
}

function readJsonBodies(app: FastifyInstance): void {
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
}

/** While the server closes, a connection ends with its answer: nobody waits for it to time out. */
function closeWithAnswers(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
}

/** Fastify asks for one for each address that a host name has. */
function httpServer(
  tls: Tls | undefined,
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
