import { type ErrorCode, OtpctlError } from '../domain/errors.ts';
import { FilterError } from '../domain/query/filter-error.ts';
import { ScimError, type ScimType } from './scim-error.ts';

export interface ScimStatus {
  readonly status: number;
  readonly scimType?: ScimType;
}

/** The HTTP status of each error code, as in the table of `docs/errors.md`. */
export const SCIM_STATUS: Record<ErrorCode, ScimStatus> = {
  usage: { status: 400, scimType: 'invalidValue' },
  'invalid-value': { status: 400, scimType: 'invalidValue' },
  'invalid-filter': { status: 400, scimType: 'invalidFilter' },
  'too-costly': { status: 400, scimType: 'tooMany' },
  'input-needed': { status: 400, scimType: 'invalidValue' },
  'output-unreachable': { status: 500 },
  'file-exists': { status: 500 },
  'store-missing': { status: 503 },
  'store-unusable': { status: 503 },
  'store-newer': { status: 503 },
  'store-read-only': { status: 503 },
  'key-missing': { status: 503 },
  'key-wrong': { status: 503 },
  permissions: { status: 503 },
  'device-not-found': { status: 404 },
  'profile-not-found': { status: 404 },
  ambiguous: { status: 409 },
  'no-enabled-device': { status: 409 },
  'status-forbids': { status: 409 },
  'no-channel': { status: 409 },
  duplicate: { status: 409, scimType: 'uniqueness' },
  'store-busy': { status: 503 },
  'store-damaged': { status: 500 },
  'row-forged': { status: 500 },
  disk: { status: 503 },
  'delivery-failed': { status: 502 },
  cancelled: { status: 500 },
  'version-mismatch': { status: 412 },
  'file-unreadable': { status: 500 },
  'user-not-found': { status: 404 },
  'unknown-setting': { status: 400, scimType: 'invalidValue' },
  'setting-forbids': { status: 409 },
  'send-limit': { status: 429 },
  'too-many-devices': { status: 409, scimType: 'tooMany' },
  'tag-without-value': { status: 409 },
  'apikey-not-found': { status: 404 },
  'listen-failed': { status: 500 },
  'config-invalid': { status: 500 },
  'not-signed-in': { status: 500 },
  'not-supported-here': { status: 501 },
  unreachable: { status: 502 },
  'not-allowed': { status: 403 },
  'changed-meanwhile': { status: 409 },
  'timed-out': { status: 504 },
  throttled: { status: 503 },
  'server-failed': { status: 502 },
  protocol: { status: 502 },
  'outcome-unknown': { status: 504 },
  'holder-differs': { status: 409 },
  'guard-tripped': { status: 409 },
  'plan-refused': { status: 409 },
  'run-not-found': { status: 404 },
  'not-exported': { status: 409 },
  'backup-damaged': { status: 500 },
  'output-cut': { status: 500 },
};

/**
 * An error as a SCIM error; undefined for a bug. The message of one with status 500 or 503 is for the operator of the
 * server only, so it is left out.
 */
export function asScimError(error: unknown): ScimError | undefined {
  if (error instanceof ScimError) return error;
  if (!(error instanceof OtpctlError)) return undefined;
  const { status, scimType } = SCIM_STATUS[error.code];
  if (status === 500) return new ScimError(500, 'internal error');
  if (status === 503) return new ScimError(503, 'the store is not available now');
  const place = error instanceof FilterError ? `, at character ${error.position}` : '';
  return new ScimError(status, `${error.outside ?? error.message}${place}`, scimType);
}
