import { attribute, type ScimAttribute, type ScimSchema } from './schema.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
export const SCHEMA_SCHEMA = `${CORE}:Schema`;
export const RESOURCE_TYPE_SCHEMA = `${CORE}:ResourceType`;
export const PROVIDER_SCHEMA = `${CORE}:ServiceProviderConfig`;

const READ_ONLY = { mutability: 'readOnly' } as const;
const REQUIRED = { ...READ_ONLY, required: true } as const;
const EXACT = { ...REQUIRED, caseExact: true } as const;
const URI = { referenceTypes: ['uri'], caseExact: true } as const;
const EXTERNAL = { ...READ_ONLY, referenceTypes: ['external'], caseExact: true } as const;

const supported = attribute('supported', 'boolean', 'whether it is supported', REQUIRED);
const capability = (name: string, more: readonly ScimAttribute[] = []): ScimAttribute =>
  attribute(name, 'complex', `support of ${name}`, { ...REQUIRED, subAttributes: [supported, ...more] });

const PROVIDER: ScimSchema = {
  id: PROVIDER_SCHEMA,
  name: 'ServiceProviderConfig',
  description: 'what the server supports',
  attributes: [
    attribute('documentationUri', 'reference', 'documentation for people', EXTERNAL),
    capability('patch'),
    capability('bulk', [
      attribute('maxOperations', 'integer', 'most operations in a request', REQUIRED),
      attribute('maxPayloadSize', 'integer', 'most bytes in a request', REQUIRED),
    ]),
    capability('filter', [attribute('maxResults', 'integer', 'most resources in a response', REQUIRED)]),
    capability('changePassword'),
    capability('sort'),
    capability('etag'),
    attribute('authenticationSchemes', 'complex', 'how clients authenticate', {
      ...REQUIRED,
      multiValued: true,
      subAttributes: [
        attribute('type', 'string', 'authentication scheme', {
          ...REQUIRED,
          canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
        }),
        attribute('name', 'string', 'common name', REQUIRED),
        attribute('description', 'string', 'description', REQUIRED),
        attribute('specUri', 'reference', 'specification', EXTERNAL),
        attribute('documentationUri', 'reference', 'documentation for people', EXTERNAL),
        attribute('primary', 'boolean', 'whether it is preferred', READ_ONLY),
      ],
    }),
  ],
};

const RESOURCE_TYPE: ScimSchema = {
  id: RESOURCE_TYPE_SCHEMA,
  name: 'ResourceType',
  description: 'a type of resources',
  attributes: [
    attribute('name', 'string', 'name of the type', EXACT),
    attribute('description', 'string', 'description', READ_ONLY),
    attribute('endpoint', 'reference', 'where its resources are, below the base', { ...REQUIRED, ...URI }),
    attribute('schema', 'reference', 'its schema', { ...REQUIRED, ...URI }),
    attribute('schemaExtensions', 'complex', 'further schemas of its resources', {
      ...READ_ONLY,
      multiValued: true,
      subAttributes: [
        attribute('schema', 'reference', 'the schema', { ...REQUIRED, ...URI }),
        attribute('required', 'boolean', 'whether every resource has it', REQUIRED),
      ],
    }),
  ],
};

const characteristics = (subAttributes: readonly ScimAttribute[]): readonly ScimAttribute[] => [
  attribute('name', 'string', 'name of the attribute', EXACT),
  attribute('type', 'string', 'data type', {
    ...REQUIRED,
    canonicalValues: ['string', 'complex', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary'],
  }),
  ...subAttributes,
  attribute('multiValued', 'boolean', 'whether it has several values', REQUIRED),
  attribute('description', 'string', 'description', { ...READ_ONLY, caseExact: true }),
  attribute('required', 'boolean', 'whether it must be there', READ_ONLY),
  attribute('canonicalValues', 'string', 'suggested values', { ...READ_ONLY, multiValued: true, caseExact: true }),
  attribute('caseExact', 'boolean', 'whether case counts', READ_ONLY),
  attribute('mutability', 'string', 'when it can be written', {
    ...READ_ONLY,
    caseExact: true,
    canonicalValues: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
  }),
  attribute('returned', 'string', 'when it is returned', {
    ...READ_ONLY,
    caseExact: true,
    canonicalValues: ['always', 'never', 'default', 'request'],
  }),
  attribute('uniqueness', 'string', 'within what its values are unique', {
    ...READ_ONLY,
    caseExact: true,
    canonicalValues: ['none', 'server', 'global'],
  }),
  attribute('referenceTypes', 'string', 'what it may refer to', { ...READ_ONLY, multiValued: true, caseExact: true }),
];

const SCHEMA: ScimSchema = {
  id: SCHEMA_SCHEMA,
  name: 'Schema',
  description: 'a schema of resources',
  attributes: [
    attribute('name', 'string', 'name of the schema', { ...READ_ONLY, caseExact: true }),
    attribute('description', 'string', 'description', READ_ONLY),
    attribute('attributes', 'complex', 'its attributes', {
      ...REQUIRED,
      multiValued: true,
      subAttributes: characteristics([
        attribute('subAttributes', 'complex', 'sub-attributes of a complex one', {
          ...READ_ONLY,
          multiValued: true,
          subAttributes: characteristics([]),
        }),
      ]),
    }),
  ],
};

/** The schemas of the discovery resources (RFC 7643 section 8.7.2). */
export const CORE_SCHEMAS: readonly ScimSchema[] = [SCHEMA, RESOURCE_TYPE, PROVIDER];
