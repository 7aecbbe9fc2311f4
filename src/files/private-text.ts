import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';
import { refuseWideMode } from '../domain/place/permissions.ts';
import { printable } from '../domain/text/printable.ts';
import { errnoOf, writeFailure } from './errno.ts';
import { readFileText } from './input-file.ts';
import { INPUTS } from './input-kinds.ts';
import { makeFolder } from './make-folder.ts';

/** How often another process is seen at the same write; one that takes longer is dead. */
const PATIENCE = 40;
const GLANCE_MS = 50;

/** A text file of the owner's alone; `what` names it in errors. It may be a link: what it leads to is written. */
export function createPrivateFile(path: string, what: string) {
  const read = () => attempt(path, what, 'read', () => (existsSync(path) ? readPrivate(path, what) : undefined));
  return {
    path,
    read,
    async edit(change: (text: string) => string): Promise<void> {
      const target = attempt(path, what, 'written', () => {
        makeFolder(dirname(path));
        return existsSync(path) ? realpathSync(path) : path;
      });
      // The next content is complete under this name first, and who has the name is the only one that writes.
      const working = `${target}.new`;
      const file = await reserve(working, path, what);
      let renamed = false;
      try {
        const text = read() ?? '';
        const changed = change(text);
        attempt(path, what, 'written', () => {
          if (changed === text) return;
          writeFileSync(file, changed);
          fsyncSync(file);
          renameSync(working, target);
          renamed = true;
        });
      } finally {
        closeSync(file);
        // Once renamed, the name may already be another's.
        if (!renamed) rmSync(working, { force: true });
      }
    },
  };
}

async function reserve(working: string, path: string, what: string): Promise<number> {
  let held = '';
  for (let glances = 0; ; glances++) {
    const file = attempt(path, what, 'written', () => {
      try {
        return openSync(working, 'wx', 0o600);
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error;
        return undefined;
      }
    });
    if (file !== undefined) return file;
    const stat = lstatSync(working, { throwIfNoEntry: false });
    const holder = stat === undefined ? '' : `${stat.ino} ${stat.ctimeMs}`;
    if (holder !== held) glances = 0;
    else if (glances > PATIENCE) rmSync(working, { force: true });
    held = holder;
    await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
  }
}

function readPrivate(path: string, what: string): string {
  const check = ({ mode }: { readonly mode: number }) => {
    if (platform() !== 'win32') refuseWideMode(what, path, mode);
  };
  return readFileText(path, { ...INPUTS.config, what: `the ${what}` }, { code: 'config-invalid', check });
}

function attempt<T>(path: string, what: string, verb: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof OtpctlError) throw error;
    const kind = writeFailure(error, 'config-invalid' as const);
    throw new OtpctlError(kind, `the ${what} ${printable(path)} cannot be ${verb}: ${errnoOf(error)}`, undefined, {
      cause: error,
    });
  }
}
