import type { FastifyInstance, FastifyRequest } from 'fastify';
import { wholeList } from '../../scim/messages/list-response.ts';
import { CORE_SCHEMAS } from '../../scim/schema/core-schemas.ts';
import { providerConfig, resourceTypeDocument, schemaDocument } from '../../scim/schema/provider-config.ts';
import { ScimError } from '../../scim/scim-error.ts';
import type { ServedDialect } from '../../scim/served-dialect.ts';
import type { RequestContext } from './request-context.ts';
import { found } from './resource-handlers.ts';
import { sendAnswer } from './send-answer.ts';
import type { ServedType } from './served-type.ts';

interface DiscoveryDeps {
  readonly dialect: ServedDialect;
  readonly types: readonly ServedType[];
  readonly contextOf: (request: FastifyRequest) => RequestContext;
}

type ById = { Params: { id: string } };

/** What the server says of itself (RFC 7644 section 4). ServiceProviderConfig needs no key. */
export function discoveryRoutes(app: FastifyInstance, { dialect, types, contextOf }: DiscoveryDeps): void {
  const authorize = async (request: FastifyRequest) => {
    contextOf(request).authorized('service.read');
  };
  const described = (request: FastifyRequest) => Promise.all(types.map((each) => each.describe(contextOf(request))));
  const schemas = async (request: FastifyRequest) => [
    ...(await described(request)).map(({ schema }) => schema),
    ...CORE_SCHEMAS,
  ];

  app.get('/ServiceProviderConfig', async (request, reply) =>
    sendAnswer(reply, dialect, { status: 200, body: providerConfig(contextOf(request).base, dialect) }),
  );

  app.get('/ResourceTypes', { onRequest: authorize }, async (request, reply) => {
    refuseFilter(request);
    const { base } = contextOf(request);
    const all = (await described(request)).map((type) => resourceTypeDocument(type, base, dialect));
    return sendAnswer(reply, dialect, { status: 200, body: wholeList(all, dialect) });
  });

  app.get<ById>('/ResourceTypes/:id', { onRequest: authorize }, async (request, reply) => {
    const { id } = request.params;
    const type = found(
      (await described(request)).find(({ name }) => name === id),
      id,
    );
    const body = resourceTypeDocument(type, contextOf(request).base, dialect);
    return sendAnswer(reply, dialect, { status: 200, body });
  });

  app.get('/Schemas', { onRequest: authorize }, async (request, reply) => {
    refuseFilter(request);
    const { base } = contextOf(request);
    const all = (await schemas(request)).map((schema) => schemaDocument(schema, base));
    return sendAnswer(reply, dialect, { status: 200, body: wholeList(all, dialect) });
  });

  app.get<ById>('/Schemas/:id', { onRequest: authorize }, async (request, reply) => {
    const { id } = request.params;
    const schema = found(
      (await schemas(request)).find((each) => each.id.toLowerCase() === id.toLowerCase()),
      id,
    );
    return sendAnswer(reply, dialect, { status: 200, body: schemaDocument(schema, contextOf(request).base) });
  });
}

/** RFC 7644 section 4: a filter on discovery is refused; other parameters are ignored. */
function refuseFilter({ query }: FastifyRequest): void {
  if ((query as Record<string, unknown>)['filter'] === undefined) return;
  throw new ScimError(403, 'what the server supports cannot be filtered');
}
