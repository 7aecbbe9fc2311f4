import { readFileSync } from 'node:fs';
import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';
import { type Io, readAll } from './io.ts';

/** The text of a file without its last line end. Errors: `file-unreadable`. */
export function readTextFile(path: string): string {
  return readFile(path).replace(/\r?\n$/, '');
}

/** All of a file, or of stdin for `-`. */
export async function readInput(path: string, { stdin }: Io): Promise<string> {
  return path === '-' ? readAll(stdin) : readFile(path);
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    const why =
      { ENOENT: 'is not there', EISDIR: 'is a directory', EACCES: 'cannot be read' }[code] ?? `cannot be read: ${code}`;
    throw new OtpctlError('file-unreadable', `the file ${printable(path)} ${why}`, undefined, { cause: error });
  }
}
