import { OtpctlError } from '../../../domain/errors.ts';
import type { Run } from '../../../domain/run/run.ts';
import type { BatchAnswer, BatchChange, Pacing } from '../../../ports/bulk/batches.ts';
import { decodedSegment } from '../devices/answer-members.ts';
import { entityTagOf, statusPatch } from '../devices/change-device.ts';
import { devicePath } from '../devices/find-device.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { refusal } from '../transport/failures.ts';
import { createMask } from '../transport/mask.ts';

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
/** Bytes of a request besides its operations, with room to spare. */
const ENVELOPE = 500;

/** What a server takes in one request (RFC 7643 section 5). */
export interface BulkLimits {
  readonly maxOperations: number;
  /** Bytes. */
  readonly maxPayloadSize: number;
}

interface Operation {
  readonly method: 'PATCH' | 'DELETE';
  readonly bulkId: string;
  readonly path: string;
  readonly version?: string;
  readonly data?: unknown;
}

/**
 * Changes devices by a bulk request (RFC 7644 section 3.7), each operation with the version that its device was read in:
 * one that somebody changed meanwhile is refused, and so is one that was done already. So a request whose answer was
 * lost may be sent again.
 */
export async function changeInBulk(
  remote: ScimRemote,
  changes: readonly BatchChange[],
  pacing: Pacing,
  { origin, options: { maxFailures } }: Pick<Run, 'origin' | 'options'>,
): Promise<readonly BatchAnswer[]> {
  try {
    const { json, tries } = await remote.transport.send({
      method: 'POST',
      path: '/Bulk',
      body: { schemas: [BULK_REQUEST], failOnErrors: maxFailures + 1, Operations: changes.map(operationOf) },
      headers: remote.headersOf(origin),
      repeat: 'change',
      accept: [200],
      change: { what: `the change of ${changes.length} devices`, look: 'otpctl bulk show RUN' },
      again: () => pacing.wait(changes.length),
    });
    const results = resultsOf(json);
    // One that the server stopped short of has no result; without any of them, the answer was cut off, or is no answer.
    if (results === undefined || !changes.some(({ id }) => results.has(id)))
      return changes.map(({ id }) => ({ id, said: 'told', doubtful: true }));
    return changes.flatMap(({ id }) => {
      const result = results.get(id);
      if (result !== undefined) return [answerOf(remote, id, result, tries > 1)];
      return tries > 1 ? [{ id, said: 'unanswered', doubtful: true }] : [];
    });
  } catch (error) {
    if (!(error instanceof OtpctlError)) throw error;
    const doubtful = error.code === 'outcome-unknown';
    return changes.map(({ id }) => ({ id, said: 'failed', doubtful, error }));
  }
}

function operationOf({ id, to, version }: BatchChange): Operation {
  const tag = entityTagOf(version);
  const head = { bulkId: id, path: devicePath(id), ...(tag !== undefined && { version: tag }) };
  if (to === 'deleted') return { ...head, method: 'DELETE' };
  return { ...head, method: 'PATCH', data: statusPatch(to) };
}

/** As many changes in each request as the server takes. */
export function requestsOf(
  changes: readonly BatchChange[],
  { maxOperations, maxPayloadSize }: BulkLimits,
): readonly (readonly BatchChange[])[] {
  const requests: BatchChange[][] = [];
  let [request, size]: [BatchChange[], number] = [[], ENVELOPE];
  for (const change of changes) {
    const bytes = Buffer.byteLength(JSON.stringify(operationOf(change))) + 1;
    if (request.length === 0 || request.length >= maxOperations || size + bytes > maxPayloadSize) {
      [request, size] = [[], ENVELOPE];
      requests.push(request);
    }
    request.push(change);
    size += bytes;
  }
  return requests;
}

interface Result {
  /** Not a number where the server gave none: whether the change was done is not known then. */
  readonly status: number;
  readonly response: unknown;
}

/** What became of operations, by the id of the device; undefined for an answer that cannot be read. */
function resultsOf(json: unknown): ReadonlyMap<string, Result> | undefined {
  const { Operations } = (json ?? {}) as { readonly Operations?: unknown };
  if (!Array.isArray(Operations)) return undefined;
  const results = new Map<string, Result>();
  for (const operation of Operations as readonly unknown[]) {
    const { bulkId, location, status, response } = (operation ?? {}) as Readonly<Record<string, unknown>>;
    const id = typeof bulkId === 'string' ? bulkId : decodedSegment(lastSegment(location));
    // Some servers still answer with the object that drafts of the protocol had.
    const code = typeof status === 'object' && status !== null ? (status as { code?: unknown }).code : status;
    const known = typeof code === 'string' || typeof code === 'number' ? Number(code) : Number.NaN;
    if (id !== undefined) results.set(id, { status: known, response });
  }
  return results;
}

function lastSegment(location: unknown): string {
  return typeof location === 'string' ? location.slice(location.lastIndexOf('/') + 1) : '';
}

function answerOf({ transport }: ScimRemote, id: string, { status, response }: Result, again: boolean): BatchAnswer {
  if (status >= 200 && status < 300) return { id, said: 'done', doubtful: false };
  if (status === 412) return { id, said: 'refused', doubtful: again };
  if (status === 404) return { id, said: 'missing', doubtful: again };
  const { detail, scimType } = (response ?? {}) as Readonly<Record<string, unknown>>;
  const said = { ...(typeof detail === 'string' && { detail }), ...(typeof scimType === 'string' && { scimType }) };
  const answer = { status, headers: {}, body: Buffer.from(JSON.stringify(said)) };
  return {
    id,
    said: 'failed',
    doubtful: !Number.isInteger(status),
    error: refusal(answer, { host: transport.base.host, mask: createMask([]) }),
  };
}
