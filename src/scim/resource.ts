import { allAttributes } from './common-attributes.ts';
import type { Dialect } from './dialect.ts';
import { entityTag } from './entity-tag.ts';
import { type Projection, project } from './projection.ts';
import { rawNumber } from './raw-number.ts';
import type { Attributes, ResourceType } from './schema.ts';

/** A resource as the engine works on it. Times are ISO 8601 texts. */
export interface Resource {
  readonly id: string;
  readonly version: string;
  readonly created: string;
  readonly lastModified: string;
  /** Those of the schema, and `externalId`. */
  readonly attributes: Attributes;
}

export interface Rendering {
  readonly type: ResourceType;
  readonly dialect: Dialect;
  /** The absolute URL under which the endpoints are, without a slash at its end. */
  readonly base: string;
  readonly projection: Projection;
  /** In the answer to a creation: what can be had only there. */
  readonly created?: Attributes;
}

/** A resource as it is sent: a value for `writeJson`. */
export function renderResource(resource: Resource, rendering: Rendering): Record<string, unknown> {
  const { type, dialect, base, projection, created } = rendering;
  const location = resourceLocation(resource.id, type, base);
  const times = { created: resource.created, lastModified: resource.lastModified };
  const links = {
    requestChallenge: `${location}/requestChallenge`,
    responseChallenge: `${location}/responseChallenge`,
  };
  const whole = {
    schemas: [type.schema.id],
    id: dialect.soffidValues ? rawNumber(resource.id) : resource.id,
    ...resource.attributes,
    ...created,
    meta: {
      resourceType: type.name,
      ...(dialect.versions && times),
      location,
      ...(dialect.versions && { version: entityTag(resource.version) }),
      ...(dialect.links && created === undefined && { links }),
    },
  };
  const attributes = allAttributes(type.schema, dialect);
  const unasked = created === undefined ? [] : dialect.createdUnasked;
  const shown = project(whole, projection, {
    schema: type.schema,
    attributes,
    always: [...dialect.alwaysReturned, ...unasked],
  });
  if (dialect.soffidValues) {
    for (const { name, type: kind } of type.schema.attributes) {
      if (kind === 'dateTime' && typeof shown[name] === 'string') shown[name] = soffidTime(shown[name]);
    }
  }
  return shown;
}

export function resourceLocation(id: string, type: ResourceType, base: string): string {
  return `${base}${type.endpoint}/${id}`;
}

/** `2021-10-14T06:44:43Z` as `2021-10-14 06:44:43`. */
function soffidTime(iso: string): string {
  return iso.replace('T', ' ').replace('Z', '');
}
