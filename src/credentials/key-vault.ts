import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';
import { refuseWideMode } from '../domain/permissions.ts';
import { printable } from '../domain/printable.ts';
import { Secret } from '../domain/secret.ts';
import type { Random } from '../ports/random.ts';
import type { KeyPlace, Vault } from '../ports/vault.ts';

const KEY_BYTES = 32;
const FILE_VARIABLE = 'OTPCTL_MASTER_KEY_FILE';
const KEY_VARIABLE = 'OTPCTL_MASTER_KEY';

const MAKE = 'make one with  head -c 32 /dev/urandom | base64';
const REPLACE = 'put its copy back: a new key cannot open what an old one closed';

export interface KeyVaultDeps {
  /** The folder of the key files: one a store, apart from the folder of the stores. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly random: Random;
}

/** Master keys from the environment, else from a key file of the store: 32 bytes, Base64, mode 0600. */
export function createKeyVault({ folder, environment, random }: KeyVaultDeps): Vault {
  const fileOf = (storeId: string) => join(folder, `${storeId}.key`);

  const fromEnvironment = (): Secret | undefined => {
    const path = environment[FILE_VARIABLE] || undefined;
    const text = environment[KEY_VARIABLE] || undefined;
    if (path !== undefined && text !== undefined) {
      throw new OtpctlError('usage', `${FILE_VARIABLE} and ${KEY_VARIABLE} are both set`, 'unset one of them');
    }
    // Named by the operator: it may be a link, as mounted secrets are.
    if (path !== undefined) return readKeyFile(path, 0);
    return text === undefined ? undefined : decodeKey(text, `the value of ${KEY_VARIABLE}`, MAKE);
  };

  return {
    async read(storeId, place) {
      const given = fromEnvironment();
      if (given !== undefined) return given;
      // Not through a link: a key is where it says it is.
      if (place === 'file') return readKeyFile(fileOf(storeId), constants.O_NOFOLLOW);
      throw new OtpctlError(
        'key-missing',
        'this store was made with a master key from the environment, and none is set',
        `set ${FILE_VARIABLE} or ${KEY_VARIABLE}`,
      );
    },

    async create(storeId) {
      const given = fromEnvironment();
      if (given !== undefined) return { key: given, place: 'environment' };
      const key = new Secret(random.bytes(KEY_BYTES));
      writeKeyFile(fileOf(storeId), key);
      return { key, place: 'file' };
    },

    async adopt(storeId) {
      const path = fileOf(storeId);
      const isThere = fromEnvironment() === undefined && lstatSync(path, { throwIfNoEntry: false }) !== undefined;
      return isThere ? { key: readKeyFile(path, constants.O_NOFOLLOW), place: 'file' } : this.create(storeId);
    },

    async discard(storeId) {
      rmSync(fileOf(storeId), { force: true });
    },

    describe: (storeId: string, place: KeyPlace) =>
      place === 'file' ? fileOf(storeId) : `environment (${FILE_VARIABLE} or ${KEY_VARIABLE})`,
  };
}

function readKeyFile(path: string, flags: number): Secret {
  const file = openKeyFile(path, flags);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new OtpctlError('key-missing', `the key file ${printable(path)} is not a file`);
    if (platform() !== 'win32') refuseWideMode('key file', path, stat.mode);
    return decodeKey(readFileSync(file, 'utf8'), `the key file ${printable(path)}`, REPLACE);
  } finally {
    closeSync(file);
  }
}

/** Opens for reading, and does not wait for the other end of a pipe. */
function openKeyFile(path: string, flags: number): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    const why =
      { ENOENT: 'is not there', ELOOP: 'is a link', EACCES: 'cannot be read' }[code] ?? `cannot be opened: ${code}`;
    throw new OtpctlError(
      'key-missing',
      `the key file ${printable(path)} ${why}`,
      `put it back, or name its copy with  ${FILE_VARIABLE}`,
      { cause: error },
    );
  }
}

function writeKeyFile(path: string, key: Secret): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, 'wx', 0o600);
    try {
      writeFileSync(file, `${Buffer.from(key.expose()).toString('base64')}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new OtpctlError(
      code === 'ENOSPC' || code === 'EIO' ? 'disk' : 'key-missing',
      `the key file ${printable(path)} cannot be written: ${code}`,
      `bring a key of your own with  ${FILE_VARIABLE}`,
      { cause: error },
    );
  }
}

function decodeKey(text: string, what: string, hint: string): Secret {
  const base64 = text.trim();
  const bytes = Buffer.from(base64, 'base64');
  const exact = bytes.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '');
  if (exact && bytes.length === KEY_BYTES) return new Secret(bytes);
  throw new OtpctlError('key-wrong', `${what} is not a master key: it must be ${KEY_BYTES} bytes in Base64`, hint);
}
