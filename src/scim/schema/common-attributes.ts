import { attribute, type ScimAttribute, type ScimSchema } from './schema.ts';

const SERVER = { mutability: 'readOnly', caseExact: true } as const;

/** A client's own name for a resource. */
const EXTERNAL_ID = attribute('externalId', 'string', 'identifier that the client gave', { caseExact: true });

/** The attributes that every resource has; no Schema resource lists them (RFC 7643 section 3.1). */
const COMMON: readonly ScimAttribute[] = [
  attribute('schemas', 'reference', 'schemas of the resource', {
    ...SERVER,
    multiValued: true,
    returned: 'always',
    referenceTypes: ['uri'],
  }),
  attribute('id', 'string', 'identifier that the server gave', { ...SERVER, returned: 'always', uniqueness: 'server' }),
  attribute('meta', 'complex', 'about the resource', {
    ...SERVER,
    subAttributes: [
      attribute('resourceType', 'string', 'type of the resource', SERVER),
      attribute('created', 'dateTime', 'when it was made', SERVER),
      attribute('lastModified', 'dateTime', 'when it last changed', SERVER),
      attribute('location', 'reference', 'where it is', { ...SERVER, referenceTypes: ['uri'] }),
      attribute('version', 'string', 'which state of it this is', SERVER),
      attribute('links', 'complex', 'what else can be done with it', SERVER),
    ],
  }),
];

/** All attributes that a resource of a schema may have; `externalId` only in dialects that have it. */
export function allAttributes(
  schema: ScimSchema,
  { externalId }: { readonly externalId: boolean },
): readonly ScimAttribute[] {
  return [...COMMON, ...(externalId ? [EXTERNAL_ID] : []), ...schema.attributes];
}
