import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/text/printable.ts';

/** Why the system refuses a file, in words that follow its name: `is not there`. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EISDIR: 'is a directory',
  ELOOP: 'is a link',
  ENXIO: 'is not a file',
  EACCES: 'cannot be read',
  EPERM: 'cannot be read',
};

/** The disk is full, over its quota, or broken: somebody else's to mend, and worth another try. */
const DISK: readonly string[] = ['ENOSPC', 'EDQUOT', 'EIO'];

/** The name of a refusal of the system: `ENOENT`. */
export function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? 'unknown reason';
}

/** What keeps a file from being read, in words that follow its name. */
export function whyUnreadable(error: unknown): string {
  const code = errnoOf(error);
  return WORDS[code] ?? `cannot be read: ${code}`;
}

/** What a failed write is: of the disk, or else as the caller says. */
export function writeFailure<T>(error: unknown, otherwise: T): T | 'disk' {
  return DISK.includes(errnoOf(error)) ? 'disk' : otherwise;
}

/**
 * That a file cannot be written, and why: `output-unreachable`, or `disk`. `what` names it in the message, before its
 * path: `the config `.
 */
export function unwritable(path: string, error: unknown, what = '', hint?: string): OtpctlError {
  const code = errnoOf(error);
  const link = code === 'ELOOP' ? 'is a link, and no link is followed' : `cannot be written: ${code}`;
  const kind = writeFailure(error, 'output-unreachable' as const);
  return new OtpctlError(kind, `${what}${printable(path)} ${link}`, hint, { cause: error });
}
