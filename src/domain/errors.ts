/** What a user can cause or fix. Each code has one exit code (`cli/exit-codes`) and one line in `docs/errors.md`. */
export type ErrorCode =
  | 'usage'
  | 'invalid-value'
  | 'invalid-filter'
  | 'too-costly'
  | 'input-needed'
  | 'output-unreachable'
  | 'file-exists'
  | 'file-unreadable'
  | 'store-missing'
  | 'store-unusable'
  | 'store-newer'
  | 'store-read-only'
  | 'key-missing'
  | 'key-wrong'
  | 'permissions'
  | 'device-not-found'
  | 'profile-not-found'
  | 'user-not-found'
  | 'unknown-setting'
  | 'ambiguous'
  | 'no-enabled-device'
  | 'status-forbids'
  | 'no-channel'
  | 'setting-forbids'
  | 'send-limit'
  | 'too-many-devices'
  | 'duplicate'
  | 'store-busy'
  | 'store-damaged'
  | 'row-forged'
  | 'disk'
  | 'delivery-failed'
  | 'cancelled'
  | 'tag-without-value'
  | 'version-mismatch'
  | 'apikey-not-found'
  | 'listen-failed'
  | 'config-invalid'
  | 'not-signed-in'
  | 'not-supported-here'
  | 'unreachable'
  | 'not-allowed'
  | 'changed-meanwhile'
  | 'holder-differs'
  | 'guard-tripped'
  | 'timed-out'
  | 'throttled'
  | 'server-failed'
  | 'protocol'
  | 'outcome-unknown'
  | 'plan-refused'
  | 'run-not-found'
  | 'not-exported'
  | 'backup-damaged'
  | 'output-cut';

/** An expected failure: a code, one sentence (lower case, no full stop) and, where there is one, the next step. */
export class OtpctlError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** What callers over the network are told instead of message and hint, which are for who runs the command here. */
  readonly outside: string | undefined;
  /** Of a delivery that failed: the step. */
  readonly step: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    hint?: string,
    options?: ErrorOptions & { readonly outside?: string | undefined; readonly step?: string | undefined },
  ) {
    super(message, options);
    this.name = 'OtpctlError';
    this.code = code;
    this.hint = hint;
    this.outside = options?.outside;
    this.step = options?.step;
  }
}

/** A value that cannot be what it is meant to be. */
export function invalid(message: string, hint?: string): OtpctlError {
  return new OtpctlError('invalid-value', message, hint);
}

/** What the server that is worked on cannot do at all; said before anything is sent. `what` follows "no way". */
export function notSupported(what: string): OtpctlError {
  return new OtpctlError('not-supported-here', `this server has no way ${what}`, 'it can be done in a local store');
}
