import { MAX_OPERATIONS, MAX_PAYLOAD } from '../messages/bulk-request.ts';
import type { ServedDialect } from '../served-dialect.ts';
import { PROVIDER_SCHEMA, RESOURCE_TYPE_SCHEMA, SCHEMA_SCHEMA } from './core-schemas.ts';
import type { ResourceType, ScimSchema } from './schema.ts';

type Json = Record<string, unknown>;

/** What the server supports (RFC 7643 section 5). */
export function providerConfig(base: string, dialect: ServedDialect): Json {
  return {
    schemas: [PROVIDER_SCHEMA],
    patch: { supported: true },
    bulk: { supported: dialect.bulkAndRootQueries, maxOperations: MAX_OPERATIONS, maxPayloadSize: MAX_PAYLOAD },
    filter: { supported: true, maxResults: dialect.maxCount },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: dialect.versions },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'API key as bearer token',
        description: 'an API key in the header Authorization: Bearer',
        specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
        primary: true,
      },
      {
        type: 'httpbasic',
        name: 'API key by HTTP Basic',
        description: 'the id of an API key as the user, the key as the password',
        specUri: 'https://www.rfc-editor.org/rfc/rfc7617',
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

export function resourceTypeDocument(type: ResourceType, base: string, dialect: ServedDialect): Json {
  return {
    schemas: [RESOURCE_TYPE_SCHEMA],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: dialect.absoluteEndpoints ? `${base}${type.endpoint}` : type.endpoint,
    schema: type.schema.id,
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.name}` },
  };
}

export function schemaDocument(schema: ScimSchema, base: string): Json {
  return {
    schemas: [SCHEMA_SCHEMA],
    ...schema,
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  };
}
