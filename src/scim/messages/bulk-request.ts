import { badRequest, ScimError } from '../scim-error.ts';
import { memberOf, membersOf, requireSchema } from './json-body.ts';

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
export const MAX_OPERATIONS = 100;
/** Bytes. */
export const MAX_PAYLOAD = 1_048_576;

export interface BulkOperation {
  /** In upper case. */
  readonly method: string;
  readonly path: string;
  readonly bulkId?: string;
  readonly version?: string;
  readonly data: unknown;
}

export interface BulkRequest {
  /** Stops after so many errors. */
  readonly failOnErrors: number;
  readonly operations: readonly BulkOperation[];
}

/** Reads a BulkRequest (RFC 7644 section 3.7). Errors: `invalidSyntax`, `invalidValue`, 413 for too many operations. */
export function readBulk(body: unknown): BulkRequest {
  const members = membersOf(body);
  requireSchema(members, BULK_REQUEST);
  const operations = memberOf(members, 'Operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('invalidSyntax', 'Operations must be an array that is not empty');
  }
  if (operations.length > MAX_OPERATIONS) {
    throw new ScimError(413, `the request has ${operations.length} operations, and maxOperations is ${MAX_OPERATIONS}`);
  }
  const failOnErrors = memberOf(members, 'failOnErrors') ?? Number.MAX_SAFE_INTEGER;
  if (!Number.isSafeInteger(failOnErrors) || Number(failOnErrors) < 1) {
    throw badRequest('invalidValue', 'failOnErrors is not a whole number from 1');
  }
  return { failOnErrors: Number(failOnErrors), operations: operations.map(readOperation) };
}

function readOperation(operation: unknown): BulkOperation {
  const members = membersOf(operation, 'an operation');
  const text = (name: string): string | undefined => {
    const value = memberOf(members, name);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw badRequest('invalidSyntax', `${name} of an operation is not a text`);
    return value;
  };
  const bulkId = text('bulkId');
  const version = text('version');
  return {
    method: text('method')?.toUpperCase() ?? '',
    path: text('path') ?? '',
    ...(bulkId !== undefined && { bulkId }),
    ...(version !== undefined && { version }),
    data: memberOf(members, 'data'),
  };
}
