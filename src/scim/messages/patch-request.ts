import { grouped } from '../../domain/text/counted.ts';
import { badRequest } from '../scim-error.ts';
import type { ServedDialect } from '../served-dialect.ts';
import { memberOf, membersOf, requireSchema } from './json-body.ts';

const PATCH_MESSAGE = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** No resource has so many attributes and values. A limit is needed since every operation costs time. */
const MAX_OPERATIONS = 1000;
const PATCH_OPS = ['add', 'remove', 'replace'] as const;

export interface PatchOperation {
  readonly op: (typeof PATCH_OPS)[number];
  readonly path?: string;
  /** Undefined where there is none; null is a value, and means unassigned. */
  readonly value?: unknown;
}

/** Reads a PatchOp message (RFC 7644 section 3.5.2). Errors: `invalidSyntax`, `invalidPath` for a path that is no text. */
export function readPatch(body: unknown, dialect: ServedDialect): readonly PatchOperation[] {
  const members = membersOf(body);
  if (dialect.requiresSchemas) requireSchema(members, PATCH_MESSAGE);
  const operations = memberOf(members, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('invalidSyntax', 'Operations must be an array that is not empty');
  }
  if (operations.length > MAX_OPERATIONS) {
    throw badRequest('invalidValue', `Operations has more than ${grouped(MAX_OPERATIONS)} operations`);
  }
  return operations.map(readOperation);
}

function readOperation(operation: unknown): PatchOperation {
  const members = membersOf(operation, 'an operation');
  const named = memberOf(members, 'op');
  const op = PATCH_OPS.find((each) => typeof named === 'string' && each === named.toLowerCase());
  if (op === undefined) throw badRequest('invalidSyntax', `op must be one of ${PATCH_OPS.join(', ')}`);
  const path = memberOf(members, 'path');
  if (path !== undefined && path !== null && typeof path !== 'string') {
    throw badRequest('invalidPath', 'path is not a text');
  }
  const value = memberOf(members, 'value');
  return { op, ...(typeof path === 'string' && { path }), ...(value !== undefined && { value }) };
}
