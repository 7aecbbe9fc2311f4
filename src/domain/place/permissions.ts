import { OtpctlError } from '../errors.ts';
import { shellPath } from '../text/command-line.ts';
import { printable } from '../text/printable.ts';

/** Refuses a file that group or others can reach (`permissions`). `mode` as stat gives it; `what` names the file. */
export function refuseWideMode(what: string, path: string, mode: number): void {
  if ((mode & 0o077) === 0) return;
  throw new OtpctlError(
    'permissions',
    `the ${what} ${printable(path)} can be reached by others (mode ${(mode & 0o777).toString(8)})`,
    `mend it with  chmod 600 ${shellPath(path)}`,
  );
}
