import { closeSync, linkSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { OtpctlError } from '../../../domain/errors.ts';
import { type Instant, toIso } from '../../../domain/instant.ts';
import { hex } from '../../../domain/text/hex.ts';
import { printable } from '../../../domain/text/printable.ts';
import { errnoOf, writeFailure } from '../../../files/errno.ts';
import { syncFolder } from '../../../files/folders.ts';
import { alreadyThere, refuseForeign, refuseNoName } from '../../../files/foreign-file.ts';
import { removeAt } from '../../../files/there.ts';
import type {
  BackupInfo,
  BackupReport,
  BackupRequest,
  StoreFinding,
  Unlock,
} from '../../../ports/store/store-admin.ts';
import {
  type BackupHeader,
  fileDigest,
  headerLines,
  type OpenBackup,
  openBackup,
  writeBackup,
} from '../../backup-file.ts';
import { drawScrypt, passphraseKey, sealKeys } from '../../backup-keys.ts';
import { type OpenKeys, openKeysOf } from '../../store-keys.ts';
import { type Connection, openConnection } from '../connection/connection.ts';
import type { StoreDeps } from '../create-store.ts';
import { storedKeys } from '../rows/store-row.ts';
import { schemaCheck, schemaOf } from '../schema/check-schema.ts';
import { MIGRATIONS } from '../schema/migrations.ts';
import { pruneBackups } from './prune-backups.ts';
import { rowCounts, verifyCopy } from './verify-copy.ts';

/** Stands for the time in the name of a backup. */
const TIME = '{time}';

/**
 * Copies a store while others use it, and seals its keys to the copy. The backup gets its name when it was read back and
 * checked, and not before. Nothing is written to the store.
 */
export async function backupStore(
  store: Connection,
  deps: StoreDeps,
  { file, unlock, overwrite, keep }: BackupRequest,
): Promise<BackupReport> {
  const time = deps.clock.now();
  refuseNoName(file);
  const path = resolve(file.replace(TIME, stampOf(time)));
  refuseTaken(path, overwrite, store.path);
  const row = storedKeys(store);
  const master = await deps.vault.read({ storeId: row.storeId, location: row.keyLocation, keyId: row.masterKeyId });
  const keys = openKeysOf(row, master, deps.random.bytes);
  const mark = hex(deps.random.bytes(4));
  const [draft, copy] = [`${path}.${mark}.part`, `${path}.${mark}.db`];
  try {
    for (const each of [draft, copy]) makeFile(each);
    await store.copyTo(copy);
    const content = describeCopy(copy);
    const scrypt = unlock === 'master key' ? undefined : drawScrypt(deps.random.bytes);
    const header: BackupHeader = {
      store: row.storeId,
      time,
      ...content,
      ...fileDigest(copy),
      dataKeyId: row.dataKeyId,
      key: scrypt === undefined ? { masterKeyId: row.masterKeyId, place: row.keyLocation } : { scrypt },
    };
    const by = unlock === 'master key' || scrypt === undefined ? master : passphraseKey(unlock.passphrase, scrypt);
    attempt(path, () => writeBackup(draft, headerLines(header, sealer(keys, by, row.storeId, deps)), copy));
    rmSync(copy, { force: true });
    const findings = await readBack(draft, copy, unlock, deps);
    attempt(path, () => publish(draft, path, overwrite));
    const info = inspectBackup(path);
    const pruned =
      findings.some(({ known }) => !known) || keep === undefined
        ? NOTHING
        : pruneBackups(file, path, row.storeId, keep);
    return { ...info, ...pruned, findings };
  } finally {
    for (const each of [draft, copy, `${copy}-journal`, `${copy}-wal`, `${copy}-shm`]) removeAt(each);
  }
}

const NOTHING = { removed: [], left: [] };

/** What a backup says about itself. */
export function inspectBackup(path: string): BackupInfo {
  const backup = openBackup(path);
  try {
    return infoOf(path, backup);
  } finally {
    backup.close();
  }
}

export function infoOf(file: string, { header, size }: OpenBackup): BackupInfo {
  return {
    file,
    store: header.store,
    schema: header.schema,
    time: header.time,
    devices: header.rows['devices'] ?? 0,
    auditEntries: header.rows['audit'] ?? 0,
    size,
    digest: header.sha256,
    opensWith: 'scrypt' in header.key ? 'passphrase' : `master key ${header.key.masterKeyId}`,
  };
}

/** `20261124T183000Z`: a time as it stands in names of files. */
export function stampOf(time: Instant): string {
  return toIso(time).replace(/[-:]/g, '');
}

/** A file of the owner's alone that was not there. */
export function makeFile(path: string): void {
  attempt(path, () => closeSync(openSync(path, 'wx', 0o600)));
}

/** Takes the wrapped keys out of a copy, so that only what the header names opens it, and says what is in it. */
function describeCopy(path: string): Pick<BackupHeader, 'schema' | 'rows'> {
  const copy = openConnection(path, { schemaCheck: schemaCheck(MIGRATIONS) });
  try {
    copy.checkSchema();
    copy.exec('PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON');
    copy.exec("UPDATE store SET data_key = x'', audit_key = x'', master_key_id = ''");
    return { schema: schemaOf(copy), rows: rowCounts(copy) };
  } finally {
    copy.close();
  }
}

function sealer(keys: OpenKeys, by: Parameters<typeof sealKeys>[1], storeId: string, { random }: StoreDeps) {
  return (headerDigest: string) => sealKeys(keys, by, storeId, headerDigest, random.bytes);
}

/** Opens what was written as a restore would, in a copy of its own. */
async function readBack(
  draft: string,
  copy: string,
  unlock: Unlock,
  deps: StoreDeps,
): Promise<readonly StoreFinding[]> {
  const backup = openBackup(draft);
  try {
    makeFile(copy);
    attempt(copy, () => backup.extract(copy));
    return (await verifyCopy(copy, backup, unlock, deps)).findings;
  } finally {
    backup.close();
  }
}

function refuseTaken(path: string, overwrite: boolean, store: string): void {
  if (path === resolve(store)) throw new OtpctlError('file-exists', 'a store is no place for its own backup');
  refuseForeign(path, { overwrite });
}

function publish(draft: string, path: string, overwrite: boolean): void {
  refuseForeign(path, { overwrite });
  if (overwrite) renameSync(draft, path);
  else {
    try {
      linkSync(draft, path);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') throw alreadyThere(path);
      // A file system without hard links.
      if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw alreadyThere(path);
      renameSync(draft, path);
    }
  }
  syncFolder(dirname(path));
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof OtpctlError) throw error;
    const kind = writeFailure(error, 'output-unreachable' as const);
    const message = `${printable(basename(path))} cannot be written: ${errnoOf(error)}`;
    throw new OtpctlError(kind, message, `look at the folder ${printable(dirname(path))}`, { cause: error });
  }
}
