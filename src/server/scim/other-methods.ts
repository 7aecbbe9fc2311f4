import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify';
import { ScimError } from '../../scim/scim-error.ts';
import type { ServedDialect } from '../../scim/served-dialect.ts';
import type { RequestContext } from './request-context.ts';
import { found } from './resource-handlers.ts';
import type { ServedType } from './served-type.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Answers 405 with `Allow` for methods that a path has not, and 404 if the path names a resource that is not there. */
export function refuseOtherMethods(
  app: FastifyInstance,
  types: readonly ServedType[],
  dialect: ServedDialect,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  const refuse = (url: string, allowed: readonly HTTPMethods[], served?: ServedType) => {
    app.route<{ Params: { id?: string } }>({
      method: METHODS.filter((method) => !allowed.includes(method)),
      url,
      // Before the body is read, since the method is wrong whatever it holds.
      async onRequest(request, reply) {
        const { id } = request.params;
        const context = contextOf(request);
        if (served !== undefined) context.authorized('service.read');
        if (served !== undefined && id !== undefined) found(await served.find(context, id), id);
        reply.header('allow', allowed.join(', '));
        throw new ScimError(405, `${request.method} is not for this path`);
      },
      handler: () => {},
    });
  };

  const READ: readonly HTTPMethods[] = ['GET', 'HEAD'];
  for (const url of ['/ServiceProviderConfig', '/ResourceTypes', '/ResourceTypes/:id', '/Schemas', '/Schemas/:id']) {
    refuse(url, READ);
  }
  for (const served of types) {
    const { endpoint } = served;
    refuse(endpoint, [...READ, 'POST'], served);
    refuse(`${endpoint}/.search`, ['POST'], served);
    refuse(`${endpoint}/:id`, [...READ, 'PUT', 'PATCH', 'DELETE'], served);
    refuse(`${endpoint}/:id/requestChallenge`, ['GET'], served);
    refuse(`${endpoint}/:id/responseChallenge`, ['POST'], served);
  }
  if (!dialect.bulkAndRootQueries) return;
  refuse('/', READ);
  refuse('/.search', ['POST']);
  refuse('/Bulk', ['POST']);
}
