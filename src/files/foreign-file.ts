import { type Stats, statSync } from 'node:fs';
import { platform, userInfo } from 'node:os';
import { OtpctlError } from '../domain/errors.ts';
import { shellPath } from '../domain/text/command-line.ts';
import { printable } from '../domain/text/printable.ts';
import { unwritable } from './errno.ts';
import { thereAt } from './there.ts';

/**
 * Refuses to take the place of what is no file of ours: a link, a pipe, a device, a folder, a file of somebody else; and
 * of any file without `overwrite`. Errors: `output-unreachable`, `permissions`, `file-exists`.
 */
export function refuseForeign(path: string, { overwrite }: { readonly overwrite: boolean }): void {
  refuseNoName(path);
  const there = lookAt(path);
  if (there === undefined) return;
  refuseOther(path, there);
  if (!overwrite) throw alreadyThere(path);
}

function lookAt(path: string): Stats | undefined {
  try {
    return thereAt(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Refuses what is no regular file of ours. */
export function refuseOther(path: string, there: Stats): void {
  if (there.isSymbolicLink()) {
    throw new OtpctlError('output-unreachable', `${printable(path)} is a link, and no link is followed`, NAME_IT);
  }
  if (!there.isFile()) throw new OtpctlError('output-unreachable', `${printable(path)} is not a file`, NAME_IT);
  const own = ownUser();
  if (own === undefined || there.uid === own) return;
  throw new OtpctlError(
    'permissions',
    `${printable(path)} belongs to another user`,
    `name another file, or look at it with  ls -l ${shellPath(path)}`,
  );
}

/** Refuses the name that stands for a stream elsewhere. Errors: `output-unreachable`. */
export function refuseNoName(path: string): void {
  if (path !== '-') return;
  throw new OtpctlError('output-unreachable', 'this output goes to a file, and "-" is none', NAME_IT);
}

const NAME_IT = 'name a file of its own';

export function alreadyThere(path: string, cause?: unknown): OtpctlError {
  const options = cause === undefined ? {} : { cause };
  return new OtpctlError('file-exists', `${printable(path)} is there already`, 'overwrite it with  --force', options);
}

/** The user that this process works as, by number; undefined where files have no such owner, or nobody can say. */
function ownUser(): number | undefined {
  if (platform() === 'win32') return undefined;
  try {
    return userInfo().uid;
  } catch {
    // A number without an entry in the list of users, as in many containers.
    return statSync('/proc/self', { throwIfNoEntry: false })?.uid;
  }
}
