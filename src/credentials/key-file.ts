import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { printable } from '../domain/text/printable.ts';
import { withoutTrailing } from '../domain/text/trailing.ts';
import { unwritable } from '../files/errno.ts';
import { makeFolder, syncFolder } from '../files/folders.ts';
import { readFileBytes } from '../files/input-file.ts';
import { INPUTS } from '../files/input-kinds.ts';
import { thereAt } from '../files/there.ts';

const KEY_BYTES = 32;
export const FILE_VARIABLE = 'OTPCTL_MASTER_KEY_FILE';
const REPLACE = 'put its copy back: a new key cannot open what an old one closed';

/** Where the next key of a file is until it is the one that counts. */
export const pendingOf = (path: string): string => `${path}.new`;

/** Reads a key file of 0600; with `noLink` not through a link. Errors: `key-missing`, `key-wrong`, `permissions`. */
export function readKeyFile(path: string, { noLink }: { readonly noLink: boolean }): Secret {
  let text: string;
  try {
    text = readFileBytes(path, INPUTS.masterKey, { noLink, ownerOnly: true }).toString('latin1');
  } catch (error) {
    if (!(error instanceof OtpctlError) || error.code !== 'file-unreadable') throw error;
    // What is missing is the key of a store, whatever keeps its file from being read.
    const hint = `put it back, or name its copy with  ${FILE_VARIABLE}`;
    throw new OtpctlError('key-missing', error.message, hint, { cause: error });
  }
  return decodeKey(text, `the key file ${printable(path)}`, REPLACE);
}

/** Writes a key file that is not there (0600), on the disk when it returns. Errors: `output-unreachable`, `disk`. */
export function writeKeyFile(path: string, key: Secret): void {
  attempt(path, () => {
    makeFolder(dirname(path));
    const file = openSync(path, 'wx', 0o600);
    try {
      writeFileSync(file, `${Buffer.from(key.expose()).toString('base64')}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    syncFolder(dirname(path));
  });
}

/** Gives the pending key its lasting name, over the key of before. */
export function renamePending(path: string): void {
  attempt(path, () => {
    renameSync(pendingOf(path), path);
    syncFolder(dirname(path));
  });
}

/** Whether there is anything by the name of a key file. */
export function hasKeyFile(path: string): boolean {
  return attempt(path, () => thereAt(path) !== undefined);
}

/** Takes a key file away, if it is there. */
export function removeKeyFile(path: string): void {
  if (!hasKeyFile(path)) return;
  attempt(path, () => {
    rmSync(path, { force: true });
    syncFolder(dirname(path));
  });
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unwritable(path, error, 'the key file ', `bring a key of your own with  ${FILE_VARIABLE}`);
  }
}

/** 32 bytes from Base64. Errors: `key-wrong`. */
export function decodeKey(text: string, what: string, hint: string): Secret {
  const base64 = text.trim();
  const bytes = Buffer.from(base64, 'base64');
  const exact = withoutTrailing(bytes.toString('base64'), '=') === withoutTrailing(base64, '=');
  if (exact && bytes.length === KEY_BYTES) return new Secret(bytes);
  throw new OtpctlError('key-wrong', `${what} is not a master key: it must be ${KEY_BYTES} bytes in Base64`, hint);
}
