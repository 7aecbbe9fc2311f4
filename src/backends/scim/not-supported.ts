import { OtpctlError } from '../../domain/errors.ts';

/** What the server has no way to do; said before anything is sent. */
export function notSupported(what: string): OtpctlError {
  return new OtpctlError('not-supported-here', `this server has no way ${what}`, 'it can be done in a local store');
}
