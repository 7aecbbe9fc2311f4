import { chmodSync, lstatSync, mkdtempSync, renameSync, rmdirSync, rmSync, type Stats } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { OtpctlError } from '../../domain/errors.ts';
import { printable } from '../../domain/text/printable.ts';

/**
 * Listens on a Unix socket that only its owner can reach, from the first moment: the socket is made in a private folder
 * and then moved to its path. Returns a function that removes it. Errors: `file-exists` where the path is something else
 * than a socket, `listen-failed` where another server listens on it.
 */
export async function listenOnSocket(path: string, listen: (path: string) => Promise<unknown>): Promise<() => void> {
  await refuseTaken(path);
  const folder = mkdtempSync(`${path}.`);
  const draft = join(folder, 's');
  try {
    await listen(draft);
    chmodSync(draft, 0o600);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
    rmdirSync(folder);
  }
  const ours = lstatSync(path).ino;
  return () => {
    if (statOf(path)?.ino === ours) rmSync(path, { force: true });
  };
}

async function refuseTaken(path: string): Promise<void> {
  const stat = statOf(path);
  if (stat === undefined) return;
  if (!stat.isSocket()) {
    throw new OtpctlError(
      'file-exists',
      `${printable(path)} is there already, and is not a socket`,
      'name another path',
    );
  }
  if (await answers(path)) {
    throw new OtpctlError('listen-failed', `a server listens on ${printable(path)} already`, 'name another path');
  }
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** Whether anybody listens: a socket that its server left behind refuses. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
}
