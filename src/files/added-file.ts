import { closeSync, fstatSync, fsyncSync, readSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';
import { printable } from '../domain/text/printable.ts';
import { unwritable } from './errno.ts';
import { syncFolder } from './folders.ts';
import { openOwn } from './own-file.ts';
import { refuseWideMode } from './owner-only.ts';

/** A list of secrets that grows line by line, each on the disk when `add` returns. */
export interface AddedFile {
  add(line: string): void;
  close(): void;
}

/**
 * Opens a list (0600) that begins with `heading`, or makes it: an older one is added to, and only one that is ours
 * alone. Errors: `file-exists` for another file, and those of `openOwn`.
 */
export function openAdded(path: string, heading: string): AddedFile {
  const file = openOwn(path);
  const add = (line: string) => {
    try {
      writeFileSync(file, line);
      fsyncSync(file);
    } catch (error) {
      throw unwritable(path, error);
    }
  };
  try {
    const { mode, nlink, size } = fstatSync(file);
    refuseWideMode('the list', path, mode);
    if (nlink > 1) {
      throw new OtpctlError('output-unreachable', `${printable(path)} has another name elsewhere`, 'name a new file');
    }
    if (size === 0) {
      add(heading);
      syncFolder(dirname(path));
    } else {
      refuseOtherList(file, path, heading);
      // A line that a full disk cut short stays by itself.
      if (textAt(file, size - 1, 1) !== '\n') add('\n');
    }
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return { add, close: () => closeSync(file) };
}

function refuseOtherList(file: number, path: string, heading: string): void {
  if (textAt(file, 0, Buffer.byteLength(heading)) === heading) return;
  throw new OtpctlError(
    'file-exists',
    `${printable(path)} is there already, and is no list that can be added to`,
    'name a new file',
  );
}

function textAt(file: number, at: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.toString('latin1', 0, readSync(file, bytes, 0, length, at));
}
