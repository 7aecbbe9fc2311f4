import type { Precondition } from '../../ports/device-resources.ts';
import { entityTag, listedVersions } from '../../scim/entity-tag.ts';
import { bulkReferences, resolveReferences } from '../../scim/messages/bulk-references.ts';
import type { BulkOperation, BulkRequest } from '../../scim/messages/bulk-request.ts';
import { badRequest, errorBody, ScimError } from '../../scim/scim-error.ts';
import type { WaitForTurn } from '../limits/turn-queue.ts';
import type { Answer, RequestContext } from './request-context.ts';
import type { ResourceHandlers } from './resource-handlers.ts';

const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

interface BulkDeps {
  readonly context: RequestContext;
  /** By endpoint. */
  readonly handlers: ReadonlyMap<string, ResourceHandlers>;
  asScimError(error: unknown): ScimError;
  /** Waited for before each operation, so that other requests are answered in between. */
  readonly waitForTurn: WaitForTurn;
}

/**
 * Works through a bulk request (RFC 7644 section 3.7) in its order; an operation that refers to a resource of a later one
 * waits for that. Each has the result that it would have as a request of its own.
 */
export async function runBulk({ operations, failOnErrors }: BulkRequest, deps: BulkDeps): Promise<Answer> {
  const results = new Map<BulkOperation, Record<string, unknown>>();
  const ids = new Map<string, string>();
  const failed = new Set<string>();
  const announced = bulkIds(operations);
  let errors = 0;
  const settle = async (operation: BulkOperation, work: () => Promise<Answer>) => {
    const { method, bulkId, path } = resolveReferences(operation, ids);
    const head = { method, ...(bulkId !== undefined && { bulkId }) };
    try {
      const { status, location, version } = await work();
      const made = location ?? `${deps.context.base}${path}`;
      if (method === 'POST' && bulkId !== undefined) ids.set(bulkId, made.slice(made.lastIndexOf('/') + 1));
      const tag = version === undefined ? {} : { version: entityTag(version) };
      results.set(operation, { ...head, location: made, ...tag, status: String(status) });
    } catch (error) {
      errors++;
      if (method === 'POST' && bulkId !== undefined && !ids.has(bulkId)) failed.add(bulkId);
      const scimError = deps.asScimError(error);
      const where = method === 'POST' ? {} : { location: `${deps.context.base}${path}` };
      results.set(operation, { ...head, ...where, status: String(scimError.status), response: errorBody(scimError) });
    }
  };

  let waiting = [...operations];
  while (waiting.length > 0 && errors < failOnErrors) {
    const before = waiting.length;
    const later: BulkOperation[] = [];
    for (const operation of waiting) {
      if (errors >= failOnErrors) break;
      const unresolved = [...bulkReferences(operation)].filter((each) => !ids.has(each));
      if (unresolved.some((each) => announced.has(each) && !failed.has(each))) later.push(operation);
      else
        await settle(operation, () =>
          deps.waitForTurn().then(() => perform(operation, unresolved, { ...deps, ids, failed, operations })),
        );
    }
    waiting = later;
    if (later.length < before) continue;
    for (const operation of later) {
      if (errors < failOnErrors) await settle(operation, () => Promise.reject(circular()));
    }
    break;
  }
  const done = operations.map((each) => results.get(each)).filter((each) => each !== undefined);
  return { status: 200, body: { schemas: [BULK_RESPONSE], Operations: done } };
}

interface Progress extends BulkDeps {
  readonly ids: ReadonlyMap<string, string>;
  readonly failed: ReadonlySet<string>;
  readonly operations: readonly BulkOperation[];
}

/** Performs an operation. `unresolved` are the references in it that will never have an id: they are its error. */
async function perform(given: BulkOperation, unresolved: readonly string[], progress: Progress): Promise<Answer> {
  const { context, handlers, ids, failed, operations } = progress;
  const [unknown] = unresolved;
  if (unknown !== undefined) {
    const why = failed.has(unknown) ? 'is of an operation that failed' : 'is of no operation';
    throw new ScimError(failed.has(unknown) ? 409 : 400, `bulkId ${unknown.slice(0, 200)} ${why}`, 'invalidValue');
  }
  const { method, path, bulkId, version, data } = resolveReferences(given, ids);
  const [, endpoint = '', id] = /^(\/[^/?]+)(?:\/([^/?]+))?$/.exec(path) ?? [];
  const handler = handlers.get(endpoint);
  if (handler === undefined) throw new ScimError(404, 'the path of the operation is that of no resource');
  const precondition = preconditionOf(version);
  if (method === 'POST' && id === undefined) {
    if (bulkId === undefined) throw badRequest('invalidValue', 'an operation with the method POST needs a bulkId');
    const same = operations.filter((each) => each.method === 'POST' && each.bulkId === bulkId);
    if (same[0] !== given) throw badRequest('invalidValue', 'the bulkId is that of another operation');
    return handler.create(context, data, {});
  }
  if (id !== undefined && method === 'PUT') return handler.replace(context, id, data, {}, precondition);
  if (id !== undefined && method === 'PATCH') return handler.patch(context, id, data, {}, precondition);
  if (id !== undefined && method === 'DELETE') return handler.remove(context, id, precondition);
  throw badRequest('invalidSyntax', 'there is no such method for the path of the operation');
}

/** What an If-Match asks: that the resource still has one of these versions. */
export function preconditionOf(header: string | undefined): Precondition {
  const versions = listedVersions(header);
  return versions === undefined ? {} : { ifVersion: versions };
}

function bulkIds(operations: readonly BulkOperation[]): ReadonlySet<string> {
  return new Set(
    operations.flatMap(({ method, bulkId }) => (method === 'POST' && bulkId !== undefined ? [bulkId] : [])),
  );
}

function circular(): ScimError {
  return new ScimError(409, 'the references of the operation lead back to it', 'invalidValue');
}
