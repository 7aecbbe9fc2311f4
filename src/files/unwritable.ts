import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/text/printable.ts';
import { errnoOf, writeFailure } from './errno.ts';

/** That a file cannot be written, and why. */
export function unwritable(path: string, error: unknown): OtpctlError {
  const code = errnoOf(error);
  const link = code === 'ELOOP' ? 'is a link, and no link is followed' : `cannot be written: ${code}`;
  const kind = writeFailure(error, 'output-unreachable' as const);
  return new OtpctlError(kind, `${printable(path)} ${link}`, undefined, { cause: error });
}
