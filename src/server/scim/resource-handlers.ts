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
import type { WaitForTurn } from '../limits/turn-queue.ts';
import type { Answer, RequestContext } from './request-context.ts';
import type { ServedType } from './served-type.ts';

/** The operations of RFC 7644 section 3 on one type, for single requests and for those in bulk. */
export interface ResourceHandlers {
  create(context: RequestContext, body: unknown, projection: Projection): Promise<Answer>;
  read(context: RequestContext, id: string, projection: Projection): Promise<Answer>;
  list(context: RequestContext, query: ListQuery): Promise<Answer>;
  readonly replace: Write;
  readonly patch: Write;
  remove(context: RequestContext, id: string, precondition: Precondition): Promise<Answer>;
}

/** Changes a resource as a body says. */
type Write = (
  context: RequestContext,
  id: string,
  body: unknown,
  projection: Projection,
  precondition: Precondition,
) => Promise<Answer>;

/** A request for a longer list waits for its turn first. */
const FEW_RESOURCES = 100;

export function createHandlers(served: ServedType, waitForTurn: WaitForTurn): ResourceHandlers {
  const rendererOf = createRenderers();
  const answer = (
    { dialect, base }: RequestContext,
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

  const load = async (context: RequestContext, id: string) => {
    context.authorized('device.read');
    return found(await served.find(context, id), id);
  };

  const change = async (
    context: RequestContext,
    type: ResourceType,
    before: Resource,
    after: Attributes,
    projection: Projection,
    precondition: Precondition,
    named: ReadonlySet<string>,
  ): Promise<Answer> => {
    const action = served.actionOf(before.attributes, after);
    const origin = context.authorized(action);
    // The device may have changed when it is written, so the store checks again that it is no more than that.
    const guarded: Precondition = context.may('device.enable') ? precondition : { ...precondition, noMoreThan: action };
    const resource = await served.change(context, before.id, before.attributes, after, origin, guarded, named);
    return answer(context, type, resource, projection);
  };

  return {
    async create(context, body, projection) {
      context.authorized('device.create');
      const type = await served.describe(context);
      const attributes = allAttributes(type.schema, context.dialect);
      const read = readResource(body, type.schema, attributes, context.dialect);
      requireAttributes(read, type.schema.attributes, served.defaulted);
      const origin = context.authorized(served.actionOf(undefined, read));
      const { resource, oneTimeAttributes } = await served.create(context, read, origin);
      const asked = projection.attributes !== undefined || context.dialect.returnedOnCreation.length > 0;
      return { ...answer(context, type, resource, projection, asked ? oneTimeAttributes() : {}), status: 201 };
    },

    async read(context, id, projection) {
      return answer(context, served.lastDescribed(), await load(context, id), projection);
    },

    async list(context, query) {
      context.authorized('device.read');
      const { dialect, base } = context;
      const type = served.lastDescribed();
      if (query.count > FEW_RESOURCES) await waitForTurn();
      const { total, resources } = await served.list(query, context);
      const { projection } = query;
      const render = rendererOf({ type, dialect, base, projection });
      const rendered = resources.map((each) => render(each));
      return { status: 200, body: listResponse(total, rendered, query, dialect) };
    },

    async replace(context, id, body, projection, precondition) {
      const before = await load(context, id);
      const type = await served.describe(context);
      const attributes = allAttributes(type.schema, context.dialect);
      const read = readResource(body, type.schema, attributes, context.dialect);
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
      return change(context, type, before, after, projection, precondition, named);
    },

    async patch(context, id, body, projection, precondition) {
      const before = await load(context, id);
      const type = await served.describe(context);
      const attributes = allAttributes(type.schema, context.dialect);
      const operations = readPatch(body, context.dialect);
      const patched = { schema: type.schema, attributes, id };
      const after = applyPatch(before.attributes, operations, patched);
      return change(context, type, before, after, projection, precondition, namedIn(operations, patched));
    },

    async remove(context, id, precondition) {
      await load(context, id);
      await served.remove(context, id, context.authorized('device.delete'), precondition);
      return { status: 204 };
    },
  };
}

/** A resource that must be there. Errors: 404. */
export function found<T>(resource: T | undefined, id: string): T {
  if (resource === undefined) throw new ScimError(404, `there is no resource ${id.slice(0, 200)}`);
  return resource;
}
