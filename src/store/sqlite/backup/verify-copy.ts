import { OtpctlError } from '../../../domain/errors.ts';
import type { Secret } from '../../../domain/secret.ts';
import { keyId } from '../../../domain/secret.ts';
import type { StoreFinding, Unlock } from '../../../ports/store/store-admin.ts';
import type { OpenBackup } from '../../backup-file.ts';
import { chainKey, passphraseKey, unsealKeys } from '../../backup-keys.ts';
import { type OpenKeys, unwrapStoreKeys, wrapKeys } from '../../store-keys.ts';
import { verifyChain } from '../audit/verify-chain.ts';
import { checkStore } from '../check/check-store.ts';
import type { Connection } from '../connection/connection.ts';
import { openConnection } from '../connection/connection.ts';
import type { StoreDeps } from '../create-store.ts';
import { storedKeys } from '../rows/store-row.ts';
import { schemaDifferences, schemaOf } from '../schema/check-schema.ts';
import { migrate } from '../schema/migrate.ts';
import { APPLICATION_ID, MIGRATIONS } from '../schema/migrations.ts';

const NOT_OF_HEADER = 'the database in the backup is not that of its header';

interface VerifiedCopy {
  readonly keys: OpenKeys;
  /** What is wrong with rows of it. */
  readonly findings: readonly StoreFinding[];
}

/**
 * Opens the keys of a backup and the database that was taken out of it, and makes sure that it is whole: that it is the
 * store of the header, its integrity, and, once it has the schema of this program, its audit chain. Errors: `key-wrong`,
 * `key-missing`, `store-newer`, `backup-damaged`.
 */
export async function verifyCopy(
  path: string,
  backup: OpenBackup,
  unlock: Unlock,
  deps: StoreDeps,
): Promise<VerifiedCopy> {
  const keys = await openKeys(backup, unlock, deps);
  const { header } = backup;
  if (header.schema > MIGRATIONS.length) {
    throw new OtpctlError(
      'store-newer',
      `the backup has schema ${header.schema}, and this otpctl knows ${MIGRATIONS.length}`,
      'use the otpctl that wrote it, or a newer one',
    );
  }
  const copy = openConnection(path);
  try {
    const isOurs = copy.get('PRAGMA application_id')?.['application_id'] === APPLICATION_ID;
    if (!isOurs || schemaOf(copy) !== header.schema) throw damaged(NOT_OF_HEADER);
    const [different] = schemaDifferences(copy, MIGRATIONS.slice(0, header.schema));
    if (different !== undefined) {
      throw damaged(`${different.what} in the schema of the database in the backup ${different.wrong}`);
    }
    if (storedKeys(copy).storeId !== header.store) throw damaged(NOT_OF_HEADER);
    const broken = copy.all('PRAGMA integrity_check(1)')[0]?.['integrity_check'];
    if (broken !== 'ok') throw damaged(`the database in the backup is damaged: ${broken}`);
    if (JSON.stringify(rowCounts(copy)) !== JSON.stringify(header.rows)) throw damaged('the backup lacks rows');
    migrate(copy, MIGRATIONS);
    const chain = verifyChain(copy, chainKey(keys));
    if (!chain.intact) throw damaged(`the audit log in the backup is not sound: ${chain.finding}`);
    const { bytes } = deps.random;
    const master = keys.dataKey;
    const open = unwrapStoreKeys(wrapKeys(keys, header.store, master, bytes), master, bytes);
    return { keys, findings: checkStore(copy, open) };
  } finally {
    copy.close();
  }
}

async function openKeys(backup: OpenBackup, unlock: Unlock, { vault, random }: StoreDeps): Promise<OpenKeys> {
  const { header, headerDigest, keys } = backup;
  const open = (by: Secret) => unsealKeys(keys, by, header.store, headerDigest, random.bytes);
  if ('scrypt' in header.key) {
    if (unlock === 'master key')
      throw new OtpctlError('input-needed', 'the backup wants a passphrase', 'give  --passphrase-file');
    const opened = open(passphraseKey(unlock.passphrase, header.key.scrypt));
    if (opened !== undefined) return opened;
    throw new OtpctlError(
      'key-wrong',
      'the passphrase does not open this backup',
      'give the one that it was made with',
    );
  }
  const { place: location, masterKeyId } = header.key;
  const master = await vault.read({ storeId: header.store, location, keyId: masterKeyId });
  const opened = open(master);
  if (opened !== undefined) return opened;
  if (keyId(master) === masterKeyId) throw damaged('the header of the backup is not what was written');
  throw new OtpctlError(
    'key-wrong',
    `the master key is the wrong one: this backup needs key ${masterKeyId}, and was given ${keyId(master)}`,
    'name a copy of that key with  OTPCTL_MASTER_KEY_FILE',
  );
}

function damaged(what: string): OtpctlError {
  return new OtpctlError('backup-damaged', what, 'take another backup, and look at the store with  otpctl store check');
}

/** How many rows each table has. */
export function rowCounts(connection: Connection): Record<string, number> {
  const tables = connection.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  const count = (name: string) =>
    Number(connection.get(`SELECT count(*) AS n FROM "${name.replaceAll('"', '""')}"`)?.['n']);
  return Object.fromEntries(tables.map(({ name }) => [String(name), count(String(name))]));
}
