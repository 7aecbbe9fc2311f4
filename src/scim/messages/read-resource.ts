import { readValue } from '../schema/attribute-value.ts';
import { type Attributes, findAttribute, type ScimAttribute, type ScimSchema } from '../schema/schema.ts';
import { badRequest, unknownAttribute } from '../scim-error.ts';
import type { ServedDialect } from '../served-dialect.ts';
import { membersOf, requireSchema } from './json-body.ts';

/** Attributes that a client may send, and that are ignored. */
const IGNORED = ['schemas', 'id', 'meta'];

/**
 * The attributes that a POST or PUT writes; read-only ones are ignored. Errors: `invalidSyntax`, `invalidValue`, and, in a
 * dialect that refuses unknown attributes, `invalidPath`.
 */
export function readResource(
  body: unknown,
  schema: ScimSchema,
  attributes: readonly ScimAttribute[],
  dialect: ServedDialect,
): Attributes {
  const members = membersOf(body);
  if (dialect.requiresSchemas) requireSchema(members, schema.id);
  const read: Record<string, unknown> = {};
  for (const { name, value } of members.values()) {
    const found = findAttribute(attributes, localName(name, schema));
    if (found === undefined) {
      if (dialect.refusesUnknown) throw unknownAttribute(name);
      continue;
    }
    if (IGNORED.includes(found.name) || found.mutability === 'readOnly') continue;
    const readOne = readValue(found, value);
    if (readOne !== undefined) read[found.name] = readOne;
  }
  return read;
}

/** Refuses (`invalidValue`) a resource without a required attribute; `defaulted` are those that may be missing. */
export function requireAttributes(
  read: Attributes,
  attributes: readonly ScimAttribute[],
  defaulted: readonly string[] = [],
): void {
  const missing = attributes.find(
    ({ name, required }) => required && !defaulted.includes(name) && !Object.hasOwn(read, name),
  );
  if (missing !== undefined) throw badRequest('invalidValue', `${missing.name} is missing`);
}

/** A name without the URN of its schema. */
function localName(name: string, { id }: ScimSchema): string {
  const prefix = `${id.toLowerCase()}:`;
  return name.toLowerCase().startsWith(prefix) ? name.slice(prefix.length) : name;
}
