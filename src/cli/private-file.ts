import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/printable.ts';

/** A file of the owner's alone (0600) that is there before it has content: what fails, fails before a secret is made. */
export interface ReservedFile {
  write(content: Uint8Array): void;
  /** From here on the file stays. */
  keep(): void;
  /** Takes the file away again, written or not, unless it is to stay. */
  discard(): void;
}

/** Reserves a path. Errors: `file-exists` unless `overwrite`, `output-unreachable`. */
export function reserveFile(path: string, overwrite: boolean): ReservedFile {
  const { working, file } = attempt(path, () => {
    if (overwrite) refuseNoFile(path);
    // A replacement is complete under a name of its own first, and takes the mode of a new file, not of the old one.
    const name = overwrite ? freeName(path) : path;
    return { working: name, file: openSync(name, 'wx', 0o600) };
  });
  let remove: string | undefined = working;
  let closed = false;
  const close = () => {
    if (!closed) closeSync(file);
    closed = true;
  };
  return {
    write(content) {
      attempt(path, () => {
        writeFileSync(file, content);
        fsyncSync(file);
        close();
        if (overwrite) renameSync(working, path);
        remove = path;
      });
    },
    keep() {
      remove = undefined;
    },
    discard() {
      close();
      if (remove !== undefined) rmSync(remove, { force: true });
    },
  };
}

/** Finds out whether a file can be written, and leaves what is there. Errors: `output-unreachable`, `disk`. */
export function refuseUnwritable(path: string | undefined): void {
  if (path !== undefined) reserveFile(path, true).discard();
}

function refuseNoFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw new OtpctlError('output-unreachable', `${printable(path)} is not a file`);
  }
}

/** A name beside a path that no file has. */
function freeName(path: string): string {
  for (let number = 1; ; number++) {
    const name = `${path}.${number}.new`;
    if (lstatSync(name, { throwIfNoEntry: false }) === undefined) return name;
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof OtpctlError) throw error;
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new OtpctlError('file-exists', `${printable(path)} is there already`, 'overwrite it with  --force', {
        cause: error,
      });
    }
    const kind = code === 'ENOSPC' || code === 'EIO' ? 'disk' : 'output-unreachable';
    throw new OtpctlError(kind, `${printable(path)} cannot be written: ${code}`, undefined, { cause: error });
  }
}
