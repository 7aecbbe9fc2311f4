import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MAX_PAYLOAD, readBulk } from '../../scim/messages/bulk-request.ts';
import { parseJson } from '../../scim/messages/json-body.ts';
import { readParameters, readSearch } from '../../scim/messages/list-query.ts';
import { ScimError } from '../../scim/scim-error.ts';
import { RFC, type ServedDialect, SOFFID } from '../../scim/served-dialect.ts';
import { bodyText, refuseAmbiguous } from '../answers/body-text.ts';
import { createTurnQueue, type WaitForTurn } from '../limits/turn-queue.ts';
import { runBulk } from './bulk.ts';
import { challengeRoutes } from './challenge-routes.ts';
import { discoveryRoutes } from './discovery-routes.ts';
import { errorAnswer } from './error-answer.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { otpDeviceOperations } from './otp-device-operations.ts';
import { createContexts, type RequestContext } from './request-context.ts';
import { createHandlers, type ResourceHandlers } from './resource-handlers.ts';
import { parametersOf, resourceRoutes } from './resource-routes.ts';
import type { ScimDeps } from './scim-deps.ts';
import { sendAnswer, sendError } from './send-answer.ts';
import type { ServedType } from './served-type.ts';

/** Serves SCIM in both dialects, each under its base path, with its own way to read bodies and to answer errors. */
export function registerScim(app: FastifyInstance, deps: ScimDeps): void {
  const types = [otpDeviceOperations(deps)];
  const waitForTurn = createTurnQueue();
  for (const dialect of [RFC, SOFFID]) {
    app.register(async (scope) => serveDialect(scope, dialect, types, { ...deps, waitForTurn }), {
      prefix: dialect.basePath,
    });
  }
}

interface ServeDeps extends ScimDeps {
  /** For work that is done in many pieces. */
  readonly waitForTurn: WaitForTurn;
}

function serveDialect(
  app: FastifyInstance,
  dialect: ServedDialect,
  types: readonly ServedType[],
  deps: ServeDeps,
): void {
  const contextOf = createContexts(deps, dialect);
  const handlers = new Map(types.map((each) => [each.endpoint, createHandlers(each, deps.waitForTurn)]));

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/scim+json', 'application/json'],
    { parseAs: 'buffer', bodyLimit: MAX_PAYLOAD },
    async (_request: FastifyRequest, body: Buffer) => {
      if (body.length === 0) return undefined;
      const text = bodyText(body);
      const value = parseJson(text);
      refuseAmbiguous(text);
      return value;
    },
  );
  app.setErrorHandler((error, request, reply) => {
    const { error: scimError, headers } = errorAnswer(error, request);
    return sendError(reply.headers(headers), dialect, scimError);
  });
  app.setNotFoundHandler((_request, reply) => sendError(reply, dialect, new ScimError(404, 'there is no such path')));

  discoveryRoutes(app, { dialect, types, contextOf });
  for (const [endpoint, each] of handlers) resourceRoutes(app, endpoint, each, { dialect, contextOf });
  challengeRoutes(app, { dialect, contextOf });
  if (dialect.bulkAndRootQueries) rootRoutes(app, dialect, handlers, { contextOf, waitForTurn: deps.waitForTurn });
  app.all('/Me', {
    // Before the body is read.
    onRequest: async () => {
      throw new ScimError(501, 'an API key is no resource');
    },
    handler: () => {},
  });
  refuseOtherMethods(app, types, dialect, contextOf);
}

/** Queries over all types of resources, and bulk. */
function rootRoutes(
  app: FastifyInstance,
  dialect: ServedDialect,
  handlers: ReadonlyMap<string, ResourceHandlers>,
  {
    contextOf,
    waitForTurn,
  }: { readonly contextOf: (request: FastifyRequest) => RequestContext; readonly waitForTurn: WaitForTurn },
): void {
  const [all] = handlers.values();
  if (all === undefined) throw new TypeError('no type of resources is served');

  const authorize = async (request: FastifyRequest) => void contextOf(request).authorized('service.read');
  app.get('/', { onRequest: authorize }, async (request, reply) =>
    sendAnswer(reply, dialect, await all.list(contextOf(request), readParameters(parametersOf(request), dialect))),
  );
  app.post('/.search', { onRequest: authorize }, async (request, reply) =>
    sendAnswer(reply, dialect, await all.list(contextOf(request), readSearch(request.body, dialect))),
  );
  app.post('/Bulk', { onRequest: authorize }, async (request, reply) => {
    const answer = await runBulk(readBulk(request.body), {
      context: contextOf(request),
      handlers,
      asScimError: (error) => errorAnswer(error, request).error,
      waitForTurn,
    });
    return sendAnswer(reply, dialect, answer);
  });
}
