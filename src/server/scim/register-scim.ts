import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MAX_PAYLOAD, readBulk } from '../../scim/messages/bulk-request.ts';
import { parseJson } from '../../scim/messages/json-body.ts';
import { readParameters, readSearch } from '../../scim/messages/list-query.ts';
import { ScimError } from '../../scim/scim-error.ts';
import { RFC, type ServedDialect, SOFFID } from '../../scim/served-dialect.ts';
import { bodyText, refuseAmbiguous } from '../answers/body-text.ts';
import { createTurns, type Turn } from '../limits/turns.ts';
import { runBulk } from './bulk.ts';
import { challengeRoutes } from './challenge-routes.ts';
import { discoveryRoutes } from './discovery-routes.ts';
import { errorAnswer } from './error-answer.ts';
import { createExchanges, type Exchange } from './exchange.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { otpDeviceOperations } from './otp-device-operations.ts';
import { createHandlers, type ResourceHandlers } from './resource-handlers.ts';
import { parametersOf, resourceRoutes } from './resource-routes.ts';
import type { ScimDeps } from './scim-deps.ts';
import { sendAnswer, sendError } from './send-answer.ts';
import type { ServedType } from './served-type.ts';

/** Serves SCIM in both dialects, each under its base path. Bodies, errors and unknown paths are its own there. */
export function registerScim(app: FastifyInstance, deps: ScimDeps): void {
  const types = [otpDeviceOperations(deps)];
  const turn = createTurns();
  for (const dialect of [RFC, SOFFID]) {
    app.register(async (scope) => serveDialect(scope, dialect, types, { ...deps, turn }), { prefix: dialect.basePath });
  }
}

interface ServeDeps extends ScimDeps {
  /** Of work that comes in many pieces. */
  readonly turn: Turn;
}

function serveDialect(
  app: FastifyInstance,
  dialect: ServedDialect,
  types: readonly ServedType[],
  deps: ServeDeps,
): void {
  const exchangeOf = createExchanges(deps, dialect);
  const handlers = new Map(types.map((each) => [each.endpoint, createHandlers(each, deps.turn)]));

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

  discoveryRoutes(app, { dialect, types, exchangeOf });
  for (const [endpoint, each] of handlers) resourceRoutes(app, endpoint, each, { dialect, exchangeOf });
  challengeRoutes(app, { backend: deps.backend, dialect, exchangeOf });
  if (dialect.wholeServer) wholeServerRoutes(app, dialect, handlers, { exchangeOf, turn: deps.turn });
  app.all('/Me', {
    // Before the body is read.
    onRequest: async () => {
      throw new ScimError(501, 'an API key is no resource');
    },
    handler: () => {},
  });
  refuseOtherMethods(app, types, dialect, exchangeOf);
}

/** Queries over all types, and bulk. */
function wholeServerRoutes(
  app: FastifyInstance,
  dialect: ServedDialect,
  handlers: ReadonlyMap<string, ResourceHandlers>,
  { exchangeOf, turn }: { readonly exchangeOf: (request: FastifyRequest) => Exchange; readonly turn: Turn },
): void {
  const [all] = handlers.values();
  if (all === undefined) throw new TypeError('no type of resources is served');

  const authorize = async (request: FastifyRequest) => void exchangeOf(request).authorized('query');
  app.get('/', { onRequest: authorize }, async (request, reply) =>
    sendAnswer(reply, dialect, await all.list(exchangeOf(request), readParameters(parametersOf(request), dialect))),
  );
  app.post('/.search', { onRequest: authorize }, async (request, reply) =>
    sendAnswer(reply, dialect, await all.list(exchangeOf(request), readSearch(request.body, dialect))),
  );
  app.post('/Bulk', { onRequest: authorize }, async (request, reply) => {
    const answer = await runBulk(readBulk(request.body), {
      exchange: exchangeOf(request),
      handlers,
      asScimError: (error) => errorAnswer(error, request).error,
      turn,
    });
    return sendAnswer(reply, dialect, answer);
  });
}
