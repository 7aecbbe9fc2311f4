import { lstatSync, rmSync, type Stats } from 'node:fs';
import { errnoOf } from './errno.ts';

/** What there is by a name; undefined where there is nothing, or no name like it can be. Errors: those of the system. */
export function thereAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (['ENOTDIR', 'ENAMETOOLONG'].includes(errnoOf(error))) return undefined;
    throw error;
  }
}

/** Takes a file away, if there is one: also where no name like it can be. */
export function removeAt(path: string): void {
  if (thereAt(path) !== undefined) rmSync(path, { force: true });
}
