import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OtpctlError } from '../../../domain/errors.ts';
import { openBackup } from '../../backup-file.ts';

interface Pruning {
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

/**
 * Removes all backups but the newest so many. A file counts as a backup if its name is the pattern with a time for
 * `{time}`, its digests are right, and it is of the same store. Anything else is left alone.
 */
export function pruneBackups(pattern: string, newest: string, store: string, keep: number): Pruning {
  const folder = dirname(resolve(pattern));
  const [before = '', after = ''] = basename(pattern).split('{time}');
  const left: string[] = [];
  const found: { readonly path: string; readonly time: number }[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (!isNamedBy(before, after, name)) continue;
    const path = join(folder, name);
    if (path === newest) continue;
    const verdict = verified(path, store);
    if (typeof verdict === 'string') left.push(`${path} ${verdict}`);
    else found.push({ path, time: verdict });
  }
  found.sort((a, b) => b.time - a.time || (a.path < b.path ? 1 : -1));
  const removed = found.slice(keep - 1).map(({ path }) => path);
  for (const path of removed) rmSync(path);
  return { removed, left };
}

function isNamedBy(before: string, after: string, name: string): boolean {
  if (!name.startsWith(before) || !name.endsWith(after)) return false;
  return /^[0-9]{8}T[0-9]{6}Z$/.test(name.slice(before.length, name.length - after.length));
}

/** The time of a good backup of the store, or why it is none. */
function verified(path: string, store: string): number | string {
  if (!lstatSync(path).isFile()) return 'is not a file';
  try {
    const backup = openBackup(path);
    backup.close();
    return backup.header.store === store ? backup.header.time : 'is of another store';
  } catch (error) {
    if (error instanceof OtpctlError) return 'is no sound backup';
    throw error;
  }
}
