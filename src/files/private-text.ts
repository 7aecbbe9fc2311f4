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
import { dirname } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';
import { errnoOf, unwritable } from './errno.ts';
import { makeFolder } from './folders.ts';
import { readFileText } from './input-file.ts';
import { INPUTS } from './input-kinds.ts';

/** How often another process is seen at the same write; one that takes longer is dead. */
const PATIENCE = 40;
const GLANCE_MS = 50;

/** A text file of the owner's alone; `what` names it in errors. It may be a link: what it leads to is written. */
export function createPrivateFile(path: string, what: string) {
  const read = () => (existsSync(path) ? readPrivate(path, what) : undefined);
  return {
    path,
    read,
    async edit(change: (text: string) => string): Promise<void> {
      const target = attempt(path, what, () => {
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
        attempt(path, what, () => {
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
    const file = attempt(path, what, () => {
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
  return readFileText(path, { ...INPUTS.config, what: `the ${what}` }, { ownerOnly: true });
}

function attempt<T>(path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof OtpctlError) throw error;
    throw unwritable(path, error, `the ${what} `);
  }
}
