import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/text/printable.ts';
import { errnoOf, unwritable } from './errno.ts';
import { syncFolder } from './folders.ts';
import { alreadyThere, refuseForeign } from './foreign-file.ts';

/** A file that a command is to write, and whether one that is there gives way to it. */
export interface OutputFile {
  readonly path: string;
  readonly overwrite: boolean;
}

/** A file of the owner's alone (0600) that is there before it has content: what fails, fails before a secret is made. */
export interface ReservedFile {
  /** Once. It is on the disk when it returns, and has its name. */
  write(content: Uint8Array | string): void;
  /** From here on the file stays. */
  keep(): void;
  /** Takes the file away again, written or not, unless it is to stay. */
  discard(): void;
}

/**
 * Reserves a path for a file. Nothing is followed, waited for or written into: without `overwrite` there must be
 * nothing, with it a file of ours, which is replaced as a whole. Errors: `file-exists`, `output-unreachable`,
 * `permissions`, `disk`.
 */
export function reserveFile({ path, overwrite }: OutputFile): ReservedFile {
  const { name: working, file } = attempt(path, () => {
    refuseForeign(path, { overwrite });
    // A replacement is complete under a name of its own first, and takes the mode of a new file, not of the old one.
    return overwrite ? openBeside(path) : { name: path, file: openNew(path) };
  });
  const isOurs = (name: string) => {
    const [ours, there] = [fstatSync(file), lstatSync(name, { throwIfNoEntry: false })];
    return there?.ino === ours.ino && there.dev === ours.dev;
  };
  let name: string | undefined = working;
  let open = true;
  const close = () => {
    if (open) closeSync(file);
    open = false;
  };
  return {
    write(content) {
      attempt(path, () => {
        writeFileSync(file, content);
        fsyncSync(file);
        if (working !== path) {
          refuseForeign(path, { overwrite });
          renameSync(working, path);
          name = path;
        }
        if (!isOurs(path)) throw replaced(path);
        syncFolder(dirname(path));
      });
    },
    keep() {
      name = undefined;
      close();
    },
    discard() {
      // What others have put there since is theirs.
      if (open && name !== undefined && isOurs(name)) rmSync(name, { force: true });
      close();
    },
  };
}

/** Finds out whether a file can be written, and leaves what is there. Errors: as above. */
export function refuseUnwritable(output: OutputFile | undefined): void {
  if (output === undefined) return;
  reserveFile(output).discard();
}

/** Writes a file as a whole. Errors: as above. */
export function writeOutput(output: OutputFile, content: Uint8Array | string): void {
  const file = reserveFile(output);
  try {
    file.write(content);
    file.keep();
  } finally {
    file.discard();
  }
}

/** Makes a file that is not there, whoever tries to put a link in its place meanwhile. */
function openNew(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0), 0o600);
}

/** The same under a name beside a path that no file has. */
function openBeside(path: string): { readonly name: string; readonly file: number } {
  for (let number = 1; ; number++) {
    const name = `${path}.${number}.new`;
    try {
      return { name, file: openNew(name) };
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }
}

function replaced(path: string): OtpctlError {
  return new OtpctlError(
    'output-unreachable',
    `somebody else put another file in the place of ${printable(path)} while it was written`,
    `look at who can write to the folder ${printable(dirname(path))}`,
  );
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof OtpctlError) throw error;
    if (errnoOf(error) === 'EEXIST') throw alreadyThere(path, error);
    throw unwritable(path, error);
  }
}
