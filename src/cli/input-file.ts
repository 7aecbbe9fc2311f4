import { readFileSync } from 'node:fs';
import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';
import { type Io, readAll } from './io.ts';

/** The text of a file, or of stdin for `-`. Errors: `usage` for a file that cannot be read. */
export async function readInput({ stdin }: Io, path: string): Promise<string> {
  if (path === '-') return readAll(stdin);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'is not there', EISDIR: 'is a folder', EACCES: 'cannot be read' }[code];
    throw new OtpctlError('usage', `the file ${printable(path)} ${why ?? `cannot be read: ${code}`}`, undefined, {
      cause: error,
    });
  }
}
