import type { FastifyRequest } from 'fastify';
import { asScimError } from '../../scim/error-status.ts';
import { MAX_PAYLOAD } from '../../scim/messages/bulk-request.ts';
import { ScimError } from '../../scim/scim-error.ts';

/** What a failed request is answered, and its headers. Of a bug, the log has the error and the answer the request's id. */
export function errorAnswer(error: unknown, request: FastifyRequest): { error: ScimError; headers: Headers } {
  const known = asScimError(error) ?? ofFramework(error);
  if (known !== undefined && known.status < 500) return { error: known, headers: headersOf(error) };
  if (known?.status === 501) return { error: known, headers: {} };
  request.log.error({ reqId: request.id, err: error }, 'request failed');
  const { status, message } = known ?? { status: 500, message: 'internal error' };
  const headers: Headers = status === 503 ? { 'retry-after': '1' } : {};
  return { error: new ScimError(status, `${message}; its request id is ${request.id}`), headers };
}

type Headers = Readonly<Record<string, string | string[]>>;

/** Refusals of Fastify and of the API keys, which have a `statusCode`. */
function ofFramework(error: unknown): ScimError | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const status = Number(error.statusCode);
  if (!(status >= 400 && status < 500)) return undefined;
  if (status === 413) return new ScimError(413, `the body has more than ${MAX_PAYLOAD} bytes, which is maxPayloadSize`);
  if (status === 400) return new ScimError(400, error.message, 'invalidSyntax');
  return new ScimError(status, error.message);
}

function headersOf(error: unknown): Headers {
  const headers = error instanceof Error && 'headers' in error ? error.headers : undefined;
  return typeof headers === 'object' && headers !== null ? (headers as Headers) : {};
}
