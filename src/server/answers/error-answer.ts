import { OtpctlError } from '../../domain/errors.ts';
import { FilterError } from '../../domain/query/filter-error.ts';
import { SCIM_STATUS } from '../../scim/error-status.ts';
import { errorBody, ScimError } from '../../scim/scim-error.ts';
import { HttpError, wordOf } from './http-error.ts';

/** What a client is told of an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Where a filter went wrong, in characters from 0. */
  readonly position?: number;
  /** Of a message that was not sent: the step that failed. */
  readonly step?: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
}

/** What a client is told of an error: the whole of an error of its own, and of one of the server the request's id only. */
export function answerTo(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof HttpError) {
    const { statusCode, code, message, headers } = error;
    return { status: statusCode, code, message, headers };
  }
  if (error instanceof OtpctlError) return answerToOurs(error, requestId);
  const { statusCode: status, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown };
  // Fastify's own message repeats the path, which may hold anything.
  if (code === 'FST_ERR_BAD_URL') return answerTo(new HttpError(400, 'the path is not percent-encoded'), requestId);
  // All other refusals of Fastify have fixed messages.
  if (typeof status === 'number' && status >= 400 && status < 500 && error instanceof Error) {
    return { status, code: wordOf(status), message: error.message, headers: headersOf(error) };
  }
  return { status: 500, code: 'internal', message: `internal error in request ${requestId}`, headers: {} };
}

function answerToOurs(error: OtpctlError, requestId: string): ErrorAnswer {
  const { code, outside, step } = error;
  const { message, hint } = outside === undefined ? error : { message: outside, hint: undefined };
  const { status } = SCIM_STATUS[code];
  if (status === 500) return answerTo(undefined, requestId);
  if (status === 503) {
    const unavailable = `the store is not available now; see the log for request ${requestId}`;
    return { status, code, message: unavailable, headers: { 'retry-after': '1' } };
  }
  return {
    status,
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...(error instanceof FilterError && { position: error.position }),
    ...(step !== undefined && { step }),
    headers: {},
  };
}

function headersOf(error: Error): ErrorAnswer['headers'] {
  const { headers } = error as { headers?: ErrorAnswer['headers'] };
  return headers ?? {};
}

/** An error as SCIM writes it. */
export function scimError({ status, message }: ErrorAnswer): Record<string, unknown> {
  return errorBody(new ScimError(status, message));
}
