import { closeSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { OtpctlError } from '../../../domain/errors.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { openOwn } from '../../../files/own-file.ts';
import { storeError } from '../connection/sqlite-errors.ts';

/** Runs that this process holds: nobody else goes on with one of them meanwhile. */
export interface RunLocks {
  /** Errors: `store-busy` when another process has it under way. */
  hold(run: string): void;
  release(run: string): void;
  /** The same for a run of which nothing is left to do: its file goes too, and to hold it twice does no harm. */
  discard(run: string): void;
  close(): void;
}

/**
 * Locks of the runs of a journal, each on an empty file beside it. It is the lock of an open transaction, which the
 * operating system takes away with the process, however that ends: there is none that nobody holds.
 */
export function createRunLocks(journal: string): RunLocks {
  const held = new Map<string, DatabaseSync>();
  const release = (run: string) => {
    held.get(run)?.close();
    held.delete(run);
  };
  return {
    hold(run) {
      if (held.has(run)) return;
      const path = `${journal}.run-${run}`;
      makeFile(path);
      try {
        const file = new DatabaseSync(path, { timeout: 0 });
        held.set(run, file);
        file.exec('BEGIN EXCLUSIVE');
      } catch (error) {
        release(run);
        if ((error as { readonly errcode?: number }).errcode !== BUSY) throw storeError(error, path);
        throw new OtpctlError(
          'store-busy',
          `run ${run} is under way in another process`,
          `wait for its end, or end that process; see how far it is with  ${commandLine(['bulk', 'show', run])}`,
        );
      }
    },
    release,
    discard(run) {
      if (held.has(run)) rmSync(`${journal}.run-${run}`, { force: true });
      release(run);
    },
    close() {
      for (const run of [...held.keys()]) release(run);
    },
  };
}

const BUSY = 5;

function makeFile(path: string): void {
  closeSync(openOwn(path));
}
