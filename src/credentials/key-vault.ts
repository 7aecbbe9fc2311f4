import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OtpctlError } from '../domain/errors.ts';
import { keyId, Secret } from '../domain/secret.ts';
import { printable } from '../domain/text/printable.ts';
import type { KeyLocation, KeyName, Vault } from '../ports/store/vault.ts';
import type { Random } from '../ports/system/random.ts';
import {
  decodeKey,
  FILE_VARIABLE,
  hasKeyFile,
  pendingOf,
  readKeyFile,
  removeKeyFile,
  renamePending,
  writeKeyFile,
} from './key-file.ts';
import type { KeyringAnswer, KeyringTask } from './keyring.ts';

const KEY_BYTES = 32;
const KEY_VARIABLE = 'OTPCTL_MASTER_KEY';

const MAKE = 'make one with  head -c 32 /dev/urandom | base64';

export interface KeyVaultDeps {
  /** The folder of the key files, one for each store. It is not the folder of the stores. */
  folder(): string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly random: Random;
}

/** Reads master keys from the environment, or else from where the store says: a key file (Base64, 0600) or the keyring. */
export function createKeyVault({ folder, environment, random }: KeyVaultDeps): Vault {
  const fileOf = (storeId: string) => join(folder(), `${storeId}.key`);
  const filesOf = (storeId: string) => [fileOf(storeId), pendingOf(fileOf(storeId))] as const;
  const accountOf = (storeId: string, id: string) => `store/${storeId}/${id}`;

  const fromEnvironment = (): Secret | undefined => {
    const path = environment[FILE_VARIABLE] || undefined;
    const text = environment[KEY_VARIABLE] || undefined;
    if (path !== undefined && text !== undefined) {
      throw new OtpctlError('usage', `${FILE_VARIABLE} and ${KEY_VARIABLE} are both set`, 'unset one of them');
    }
    // The operator names this file, so it may be a link, as mounted secrets are.
    if (path !== undefined) return readKeyFile(path, { noLink: false });
    return text === undefined ? undefined : decodeKey(text, `the value of ${KEY_VARIABLE}`, MAKE);
  };

  const keyring = async (task: KeyringTask): Promise<KeyringAnswer> => {
    const { createKeyring } = await import('./keyring.ts');
    return createKeyring(environment)(task);
  };
  const fromKeyring = async (storeId: string, id: string): Promise<Secret> => {
    const answer = await keyring({ find: [accountOf(storeId, id)] });
    if ('error' in answer)
      throw noKeyring(`the keyring, which has the key ${id} of this store, cannot be asked`, answer);
    const [text] = answer.found;
    if (typeof text === 'string')
      return decodeKey(text, `what the keyring has for the key ${id}`, 'restore the keyring');
    throw new OtpctlError(
      'key-missing',
      `the keyring has no key ${id}, which this store needs`,
      `restore the keyring, or name a copy of the key with  ${FILE_VARIABLE}`,
    );
  };

  /** The key with this id: in the key file, or in the file of the next key beside it. */
  const fromFile = (storeId: string, id: string): Secret => {
    const path = fileOf(storeId);
    const lasting = triedFile(path);
    if (isNamed(lasting, id)) return lasting;
    const pending = triedFile(pendingOf(path));
    if (isNamed(pending, id)) return pending;
    // Read it again: between the two reads, another process may have finished a rotation and renamed the file.
    return readKeyFile(path, { noLink: true });
  };

  const finish = ({ storeId, location, keyId: id }: KeyName): void => {
    if (location !== 'file') return;
    const [path, pending] = filesOf(storeId);
    if (isNamed(triedFile(path), id)) removeKeyFile(pending);
    else if (isNamed(triedFile(pending), id)) renamePending(path);
  };

  return {
    async read({ storeId, location, keyId: id }) {
      const given = fromEnvironment();
      if (given !== undefined) return given;
      if (location === 'file') return fromFile(storeId, id);
      if (location === 'keyring') return fromKeyring(storeId, id);
      throw new OtpctlError(
        'key-missing',
        `this store needs the master key ${id} from the environment, and none is set`,
        `set ${FILE_VARIABLE} or ${KEY_VARIABLE}`,
      );
    },

    isGiven: () => Boolean(environment[FILE_VARIABLE] || environment[KEY_VARIABLE]),

    async create(storeId) {
      const given = fromEnvironment();
      if (given !== undefined) return { key: given, location: 'environment' };
      const key = new Secret(random.bytes(KEY_BYTES));
      writeKeyFile(fileOf(storeId), key);
      return { key, location: 'file' };
    },

    async adopt(storeId) {
      const path = fileOf(storeId);
      const isThere = fromEnvironment() === undefined && hasKeyFile(path);
      return isThere ? { key: readKeyFile(path, { noLink: true }), location: 'file' } : this.create(storeId);
    },

    successor: (file) =>
      file === undefined ? new Secret(random.bytes(KEY_BYTES)) : readKeyFile(file, { noLink: false }),

    async keep({ storeId, location, keyId: id }, key) {
      if (location === 'file') {
        const pending = pendingOf(fileOf(storeId));
        // What lies there was never the key of the store, or has its lasting name by now.
        removeKeyFile(pending);
        writeKeyFile(pending, key);
        if (!isNamed(readKeyFile(pending, { noLink: true }), id)) throw misread(pending);
      } else if (location === 'keyring') {
        const account = accountOf(storeId, id);
        const answer = await keyring({ set: { account, secret: textOf(key) }, find: [account] });
        if ('error' in answer) throw noKeyring('there is no keyring that takes the key', answer);
        if (answer.found[0] !== textOf(key)) throw misread('the keyring');
      }
    },

    isUnfinished: ({ storeId, location, keyId: id }) =>
      location === 'file' && existsSync(pendingOf(fileOf(storeId))) && !isNamed(triedFile(fileOf(storeId)), id),

    finish,

    async settle(name, former) {
      finish(name);
      if (name.location === 'keyring') for (const each of filesOf(name.storeId)) removeKeyFile(each);
      if (former?.location !== 'keyring' || (name.location === 'keyring' && name.keyId === former.keyId)) return;
      await keyring({ remove: [accountOf(former.storeId, former.keyId)] });
    },

    async discard(storeId) {
      if (!this.isGiven()) removeKeyFile(fileOf(storeId));
    },

    describe: (storeId: string, location: KeyLocation) => (location === 'file' ? fileOf(storeId) : ELSEWHERE[location]),
  };
}

const ELSEWHERE: Readonly<Record<Exclude<KeyLocation, 'file'>, string>> = {
  keyring: 'the keyring of the desktop',
  environment: `environment (${FILE_VARIABLE} or ${KEY_VARIABLE})`,
};

/** Reads a key file; undefined if it is missing or cannot be read. */
function triedFile(path: string): Secret | undefined {
  try {
    return readKeyFile(path, { noLink: true });
  } catch (error) {
    if (error instanceof OtpctlError) return undefined;
    throw error;
  }
}

function isNamed(key: Secret | undefined, id: string): key is Secret {
  return key !== undefined && keyId(key) === id;
}

function textOf(key: Secret): string {
  return Buffer.from(key.expose()).toString('base64');
}

function noKeyring(what: string, { error }: { readonly error: string }): OtpctlError {
  return new OtpctlError(
    'key-missing',
    `${what}: ${error}`,
    `unlock it, or name a copy of the key with  ${FILE_VARIABLE}`,
  );
}

function misread(where: string): OtpctlError {
  return new OtpctlError('key-missing', `${printable(where)} does not give back the key that was put there`);
}
