import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { unwritable } from './errno.ts';
import { refuseNoName, refuseOther } from './foreign-file.ts';

/**
 * Opens a file of ours to read it and to add to it, or makes it (0600). No link is followed and no pipe waited for.
 * Errors: `output-unreachable`, `permissions`, `disk`.
 */
export function openOwn(path: string): number {
  refuseNoName(path);
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  let file: number;
  try {
    file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    throw unwritable(path, error);
  }
  try {
    refuseOther(path, fstatSync(file));
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
