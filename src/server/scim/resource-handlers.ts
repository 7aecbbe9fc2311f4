import type { Precondition } from '../../ports/device-resources.ts';
import type { ListQuery } from '../../scim/messages/list-query.ts';
import { listResponse } from '../../scim/messages/list-response.ts';
import { readPatch } from '../../scim/messages/patch-request.ts';
import { readResource, requireAttributes } from '../../scim/messages/read-resource.ts';
import { applyPatch, namedIn } from '../../scim/patch/patch.ts';
import { sameValue } from '../../scim/schema/attribute-value.ts';
import { allAttributes } from '../../scim/schema/common-attributes.ts';
import type { Projection } from '../../scim/schema/projection.ts';
import { createRenderers, type Resource, resourceLocation } from '../../scim/schema/resource.ts';
import type { Attributes, ResourceType } from '../../scim/schema/schema.ts';
import { badRequest, ScimError } from '../../scim/scim-error.ts';
import type { Turn } from '../limits/turns.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { ServedType } from './served-type.ts';

/** The operations of RFC 7644 section 3 on one type, for single requests and for those in bulk. */
export interface ResourceHandlers {
  create(exchange: Exchange, body: unknown, projection: Projection): Promise<Answer>;
  read(exchange: Exchange, id: string, projection: Projection): Promise<Answer>;
  list(exchange: Exchange, query: ListQuery): Promise<Answer>;
  replace(exchange: Exchange, id: string, body: unknown, projection: Projection, only: Precondition): Promise<Answer>;
  patch(exchange: Exchange, id: string, body: unknown, projection: Projection, only: Precondition): Promise<Answer>;
  remove(exchange: Exchange, id: string, only: Precondition): Promise<Answer>;
}

/** A list of more is a piece of work that waits for a turn of its own. */
const FEW_RESOURCES = 100;

export function createHandlers(served: ServedType, turn: Turn): ResourceHandlers {
  const rendererOf = createRenderers();
  const answer = (
    { dialect, base }: Exchange,
    type: ResourceType,
    resource: Resource,
    projection: Projection,
    created?: Attributes,
  ): Answer => ({
    status: 200,
    body: rendererOf({ type, dialect, base, projection })(resource, created),
    location: resourceLocation(resource.id, type, base),
    ...(dialect.versions && { version: resource.version }),
  });

  const load = async (exchange: Exchange, id: string) => {
    exchange.authorized('query');
    return found(await served.find(id), id);
  };

  const change = async (
    exchange: Exchange,
    type: ResourceType,
    before: Resource,
    after: Attributes,
    projection: Projection,
    only: Precondition,
    named: ReadonlySet<string>,
  ): Promise<Answer> => {
    const role = served.roleOf(before.attributes, after);
    const origin = exchange.authorized(role);
    // The device may be another when it is written: what the role does not open is refused there.
    const guarded: Precondition = role === 'unlock' && !exchange.may('manage') ? { ...only, unlocksOnly: true } : only;
    const resource = await served.change(before.id, before.attributes, after, origin, guarded, named);
    return answer(exchange, type, resource, projection);
  };

  return {
    async create(exchange, body, projection) {
      const origin = exchange.authorized('manage');
      const type = await served.describe();
      const attributes = allAttributes(type.schema, exchange.dialect);
      const read = readResource(body, type.schema, attributes, exchange.dialect);
      requireAttributes(read, type.schema.attributes, served.defaulted);
      const { resource, once } = await served.create(read, origin);
      const asked = projection.attributes !== undefined || exchange.dialect.createdUnasked.length > 0;
      return { ...answer(exchange, type, resource, projection, asked ? once() : {}), status: 201 };
    },

    async read(exchange, id, projection) {
      return answer(exchange, served.described(), await load(exchange, id), projection);
    },

    async list(exchange, query) {
      exchange.authorized('query');
      const { dialect, base } = exchange;
      const type = served.described();
      if (query.count > FEW_RESOURCES) await turn();
      const { total, resources } = await served.list(query, exchange);
      const { projection } = query;
      const render = rendererOf({ type, dialect, base, projection });
      const rendered = resources.map((each) => render(each));
      return { status: 200, body: listResponse(total, rendered, query, dialect) };
    },

    async replace(exchange, id, body, projection, only) {
      const before = await load(exchange, id);
      const type = await served.describe();
      const attributes = allAttributes(type.schema, exchange.dialect);
      const read = readResource(body, type.schema, attributes, exchange.dialect);
      requireAttributes(read, type.schema.attributes);
      const after: Record<string, unknown> = { ...before.attributes };
      for (const attribute of attributes) {
        const { name, mutability } = attribute;
        if (mutability === 'immutable' && name in after && !sameValue(attribute, after[name], read[name])) {
          throw badRequest('mutability', `${name} cannot be changed`);
        }
        if (mutability === 'readWrite') delete after[name];
        if ((mutability === 'readWrite' || mutability === 'writeOnly') && read[name] !== undefined) {
          after[name] = read[name];
        }
      }
      const named = new Set(Object.keys(read).filter((name) => read[name] !== undefined));
      return change(exchange, type, before, after, projection, only, named);
    },

    async patch(exchange, id, body, projection, only) {
      const before = await load(exchange, id);
      const type = await served.describe();
      const attributes = allAttributes(type.schema, exchange.dialect);
      const operations = readPatch(body, exchange.dialect);
      const patched = { schema: type.schema, attributes, id };
      const after = applyPatch(before.attributes, operations, patched);
      return change(exchange, type, before, after, projection, only, namedIn(operations, patched));
    },

    async remove(exchange, id, only) {
      await load(exchange, id);
      await served.remove(id, exchange.authorized('manage'), only);
      return { status: 204 };
    },
  };
}

/** A resource that must be there. Errors: 404. */
export function found<T>(resource: T | undefined, id: string): T {
  if (resource === undefined) throw new ScimError(404, `there is no resource ${id.slice(0, 200)}`);
  return resource;
}
