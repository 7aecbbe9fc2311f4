import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes a name durable, where the file system can. What is in the file is another matter. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Some file systems and platforms cannot: the file is there all the same.
  }
}
