import { type ErrorCode, OtpctlError } from '../domain/errors.ts';
import { FilterError } from '../domain/query/filter-error.ts';
import { HttpError, wordOf } from './http-error.ts';

const STATUS: Record<ErrorCode, number> = {
  usage: 400,
  'invalid-value': 400,
  'invalid-filter': 400,
  'input-needed': 400,
  'output-unreachable': 400,
  'file-exists': 409,
  'store-missing': 503,
  'store-unusable': 503,
  'store-newer': 503,
  'store-read-only': 503,
  'key-missing': 503,
  'key-wrong': 503,
  permissions: 503,
  'device-not-found': 404,
  'profile-not-found': 404,
  ambiguous: 409,
  'no-enabled-device': 409,
  'status-forbids': 409,
  'no-channel': 409,
  duplicate: 409,
  'store-busy': 503,
  'store-damaged': 500,
  disk: 503,
  'delivery-failed': 502,
  cancelled: 500,
  'apikey-not-found': 404,
  'listen-failed': 500,
};

/** An error as a client is told it. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Where a filter went wrong, in characters from 0. */
  readonly position?: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
}

/** What a client is told of an error: all of what it caused, and of what happened here no more than the request's id. */
export function answerTo(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof HttpError) {
    const { statusCode, code, message, headers } = error;
    return { status: statusCode, code, message, headers };
  }
  if (error instanceof OtpctlError) return answerToOurs(error, requestId);
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  // What Fastify refuses it says in fixed sentences.
  if (typeof status === 'number' && status >= 400 && status < 500 && error instanceof Error) {
    return { status, code: wordOf(status), message: error.message, headers: headersOf(error) };
  }
  return { status: 500, code: 'internal', message: `internal error in request ${requestId}`, headers: {} };
}

function answerToOurs(error: OtpctlError, requestId: string): ErrorAnswer {
  const { code, message, hint } = error;
  const status = STATUS[code];
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
    headers: {},
  };
}

function headersOf(error: Error): ErrorAnswer['headers'] {
  const { headers } = error as { headers?: ErrorAnswer['headers'] };
  return headers ?? {};
}
