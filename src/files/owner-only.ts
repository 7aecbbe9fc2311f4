import { platform } from 'node:os';
import { OtpctlError } from '../domain/errors.ts';
import { shellPath } from '../domain/text/command-line.ts';
import { printable } from '../domain/text/printable.ts';

/**
 * Refuses a file that group or others can reach (`permissions`), where files have such a mode. `mode` as stat gives it;
 * `what` names the file: `the config`.
 */
export function refuseWideMode(what: string, path: string, mode: number): void {
  if (platform() === 'win32' || (mode & 0o077) === 0) return;
  throw new OtpctlError(
    'permissions',
    `${what} ${printable(path)} can be reached by others (mode ${(mode & 0o777).toString(8)})`,
    `mend it with  chmod 600 ${shellPath(path)}`,
  );
}
