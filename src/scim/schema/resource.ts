import { entityTag } from '../entity-tag.ts';
import type { ServedDialect } from '../served-dialect.ts';
import { allAttributes } from './common-attributes.ts';
import { createProjector, type Projection } from './projection.ts';
import type { Attributes, ResourceType } from './schema.ts';

/** A resource of any type. Times are ISO 8601 texts. */
export interface Resource {
  readonly id: string;
  readonly version: string;
  readonly created: string;
  readonly lastModified: string;
  /** The attributes of the schema, and `externalId`. */
  readonly attributes: Attributes;
}

interface Rendering {
  readonly type: ResourceType;
  readonly dialect: ServedDialect;
  /** The absolute URL under which the endpoints are, without a slash at its end. */
  readonly base: string;
  readonly projection: Projection;
}

/** Makes renderers, and keeps the one for requests that name no attributes, since most requests do not. */
export function createRenderers(): (rendering: Rendering) => Render {
  let kept: (Rendering & { readonly render: Render }) | undefined;
  return (rendering) => {
    const { type, dialect, base, projection } = rendering;
    if (projection.attributes !== undefined || projection.excludedAttributes !== undefined) {
      return createRenderer(rendering);
    }
    if (kept?.type !== type || kept.dialect !== dialect || kept.base !== base) {
      kept = { ...rendering, render: createRenderer(rendering) };
    }
    return kept.render;
  };
}

type Render = (resource: Resource, created?: Attributes) => Record<string, unknown>;

/**
 * Makes a function that turns resources into values for JSON. In the answer to a creation, `created` are the attributes
 * that only that answer has.
 */
function createRenderer({ type, dialect, base, projection }: Rendering): Render {
  const rules = { schema: type.schema, attributes: allAttributes(type.schema, dialect) };
  const usual = createProjector(projection, { ...rules, always: dialect.alwaysReturned });
  const times = type.schema.attributes.filter(({ type: kind }) => kind === 'dateTime').map(({ name }) => name);

  return (resource, created) => {
    const location = resourceLocation(resource.id, type, base);
    const whole = {
      schemas: [type.schema.id],
      id: dialect.numericIds ? rawNumber(resource.id) : resource.id,
      ...resource.attributes,
      ...created,
      meta: metaOf(resource, location, type.name, dialect, created === undefined),
    };
    const project =
      created === undefined || dialect.returnedOnCreation.length === 0
        ? usual
        : createProjector(projection, { ...rules, always: [...dialect.alwaysReturned, ...dialect.returnedOnCreation] });
    const shown = project(whole);
    if (!dialect.plainTimes) return shown;
    for (const name of times) if (typeof shown[name] === 'string') shown[name] = soffidTime(shown[name]);
    return shown;
  };
}

function metaOf(resource: Resource, location: string, resourceType: string, dialect: ServedDialect, links: boolean) {
  const { created, lastModified, version } = resource;
  if (dialect.versions) return { resourceType, created, lastModified, location, version: entityTag(version) };
  if (!dialect.challengeLinks || !links) return { resourceType, location };
  return {
    resourceType,
    location,
    links: { requestChallenge: `${location}/requestChallenge`, responseChallenge: `${location}/responseChallenge` },
  };
}

export function resourceLocation(id: string, type: ResourceType, base: string): string {
  return `${base}${type.endpoint}/${id}`;
}

/** `2021-10-14T06:44:43Z` as `2021-10-14 06:44:43`. */
function soffidTime(iso: string): string {
  return iso.replace('T', ' ').replace('Z', '');
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

/** Digits that `JSON.stringify` writes as they are: a number of 64 bits, which a number of JavaScript is not. */
export function rawNumber(digits: string): object {
  return rawJSON(digits);
}
