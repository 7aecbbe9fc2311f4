import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** The first bytes of a plain file as text; undefined for what is none, or cannot be read. Follows and waits for nothing. */
export function beginningOfFile(path: string, bytes: number): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(file).isFile()) return undefined;
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, readSync(file, buffer)).toString('latin1');
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
