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

/** The name of the next key beside a key file, until a rotation is complete. */
export const pendingOf = (path: string): string => `${path}.new`;

/**
 * Reads a key file, which must have mode 0600; with `noLink`, it must not be a link.
 * Errors: `key-missing`, `key-wrong`, `permissions`.
 */
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

/** Writes a new key file (0600). When it returns, the file is on the disk. Errors: `output-unreachable`, `disk`. */
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

/** Renames the next key to the name of the key file, replacing the old key. */
export function renamePending(path: string): void {
  attempt(path, () => {
    renameSync(pendingOf(path), path);
    syncFolder(dirname(path));
  });
}

/** Whether there is a file, or anything else, at the path of a key file. */
export function hasKeyFile(path: string): boolean {
  return attempt(path, () => thereAt(path) !== undefined);
}

/** Removes a key file, if there is one. */
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

/** Decodes a key: 32 bytes in Base64. Errors: `key-wrong`. */
export function decodeKey(text: string, what: string, hint: string): Secret {
  const base64 = text.trim();
  const bytes = Buffer.from(base64, 'base64');
  const exact = withoutTrailing(bytes.toString('base64'), '=') === withoutTrailing(base64, '=');
  if (exact && bytes.length === KEY_BYTES) return new Secret(bytes);
  throw new OtpctlError('key-wrong', `${what} is not a master key: it must be ${KEY_BYTES} bytes in Base64`, hint);
}
