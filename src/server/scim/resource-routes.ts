import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Action } from '../../domain/api-key/rights.ts';
import { listedVersions } from '../../scim/entity-tag.ts';
import { type Parameters, readParameters, readProjection, readSearch } from '../../scim/messages/list-query.ts';
import type { ServedDialect } from '../../scim/served-dialect.ts';
import { preconditionOf } from './bulk.ts';
import type { RequestContext } from './request-context.ts';
import type { ResourceHandlers } from './resource-handlers.ts';
import { sendAnswer } from './send-answer.ts';

interface RouteDeps {
  readonly dialect: ServedDialect;
  readonly contextOf: (request: FastifyRequest) => RequestContext;
}

type ById = { Params: { id: string } };

/** The routes of a type of resources. */
export function resourceRoutes(
  app: FastifyInstance,
  endpoint: string,
  handlers: ResourceHandlers,
  { dialect, contextOf }: RouteDeps,
): void {
  const needs = (action: Action) => ({
    onRequest: (request: FastifyRequest, _: FastifyReply, done: () => void) => {
      contextOf(request).authorized(action);
      done();
    },
  });
  const reads = needs('device.read');
  const one = `${endpoint}/:id`;

  app.get(endpoint, reads, async (request, reply) => {
    const query = readParameters(parametersOf(request), dialect);
    return sendAnswer(reply, dialect, await handlers.list(contextOf(request), query));
  });

  app.post(endpoint, needs('device.create'), async (request, reply) => {
    const projection = readProjection(parametersOf(request));
    return sendAnswer(reply, dialect, await handlers.create(contextOf(request), request.body, projection));
  });

  app.post(`${endpoint}/.search`, reads, async (request, reply) => {
    const query = readSearch(request.body, dialect);
    return sendAnswer(reply, dialect, await handlers.list(contextOf(request), query));
  });

  app.get<ById>(one, reads, async (request, reply) => {
    const projection = readProjection(parametersOf(request));
    const answer = await handlers.read(contextOf(request), request.params.id, projection);
    const { version } = answer;
    if (version === undefined || !isKnown(request, version)) return sendAnswer(reply, dialect, answer);
    return sendAnswer(reply, dialect, { status: 304, version });
  });

  app.put<ById>(one, reads, async (request, reply) => {
    const { context, id, body, projection, precondition } = writing(request);
    return sendAnswer(reply, dialect, await handlers.replace(context, id, body, projection, precondition));
  });

  app.patch<ById>(one, reads, async (request, reply) => {
    const { context, id, body, projection, precondition } = writing(request);
    return sendAnswer(reply, dialect, await handlers.patch(context, id, body, projection, precondition));
  });

  app.delete<ById>(one, needs('device.delete'), async (request, reply) => {
    const { context, id, precondition } = writing(request);
    return sendAnswer(reply, dialect, await handlers.remove(context, id, precondition));
  });

  const writing = (request: FastifyRequest<ById>) => ({
    context: contextOf(request),
    id: request.params.id,
    body: request.body,
    projection: readProjection(parametersOf(request)),
    precondition: preconditionOf(request.headers['if-match']),
  });
}

export function parametersOf({ query }: FastifyRequest): Parameters {
  return query as Parameters;
}

/** Whether the client has this version already: If-None-Match lists it, or is `*`. */
function isKnown({ headers }: FastifyRequest, version: string): boolean {
  const header = headers['if-none-match'];
  return header !== undefined && (listedVersions(header)?.includes(version) ?? true);
}
