import { closeSync, existsSync, fsyncSync, linkSync, lstatSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Origin } from '../../../domain/audit/origin.ts';
import { OtpctlError } from '../../../domain/errors.ts';
import { type Instant, toIso } from '../../../domain/instant.ts';
import { counted } from '../../../domain/text/counted.ts';
import { hex } from '../../../domain/text/hex.ts';
import { printable } from '../../../domain/text/printable.ts';
import { errnoOf, writeFailure } from '../../../files/errno.ts';
import { makeFolder, syncFolder } from '../../../files/folders.ts';
import { removeAt } from '../../../files/there.ts';
import type { RestoreLoss, RestoreReport, RestoreRequest } from '../../../ports/store/store-admin.ts';
import type { KeyLocation } from '../../../ports/store/vault.ts';
import { type OpenBackup, openBackup } from '../../backup-file.ts';
import { type OpenKeys, unwrapStoreKeys, wrapKeys } from '../../store-keys.ts';
import { anchorOf, appendAudit } from '../audit/audit-chain.ts';
import { checkStore } from '../check/check-store.ts';
import { type Connection, openConnection } from '../connection/connection.ts';
import type { StoreDeps } from '../create-store.ts';
import { replaceKeys, storedKeys } from '../rows/store-row.ts';
import { schemaCheck, schemaDifferences } from '../schema/check-schema.ts';
import { migrate } from '../schema/migrate.ts';
import { APPLICATION_ID, MIGRATIONS } from '../schema/migrations.ts';
import { forgedDevices } from '../signing/find-forged.ts';
import { signDevices } from '../signing/sign-store.ts';
import { infoOf, makeFile, stampOf } from './backup-store.ts';
import { moveCounters } from './restored-counters.ts';
import { verifyCopy } from './verify-copy.ts';

/** How far the clock may be behind that of the machine that made the backup, in seconds. */
const CLOCK_LAG = 300;
const SIDE_FILES = ['-wal', '-shm', '-journal'];

/**
 * Puts a backup in the place of a store. Under another name it is extracted, checked, migrated, given its keys, and its
 * devices are moved past the codes that may have been used. Then it replaces the store: one that opens gets the new
 * content in one transaction of SQLite, so that it is the old one or the new one at every moment. What was there is kept
 * aside.
 */
export async function restoreStore(
  path: string,
  deps: StoreDeps,
  origin: Origin,
  { file, unlock, confirm }: RestoreRequest,
): Promise<RestoreReport> {
  const backup = openBackup(file);
  const draft = `${path}.${hex(deps.random.bytes(4))}.restore`;
  const now = Math.max(deps.clock.now(), backup.header.time);
  let made: string | undefined;
  try {
    refuseEarlyClock(backup, deps.clock.now());
    makeFolder(dirname(path));
    makeFile(draft);
    backup.extract(draft);
    const { keys } = await verifyCopy(draft, backup, unlock, deps);
    const loss = lookAt(path);
    await confirm(infoOf(file, backup), loss);
    const { location, ...adopted } = await masterKey(backup, deps);
    if (adopted.made) made = backup.header.store;
    const aside = loss === undefined ? undefined : await keepAside(path, loss, now);
    const moved = prepare(
      draft,
      { keys, key: adopted.key, location, now, origin, backup, before: loss?.store && aside },
      deps,
    );
    await replace(path, draft, loss, aside);
    made = undefined;
    const { counts, findings } = checked(path, keys, backup, deps);
    return {
      path,
      id: backup.header.store,
      time: backup.header.time,
      schema: MIGRATIONS.length,
      ...counts,
      key: deps.vault.describe(backup.header.store, location),
      ...(aside !== undefined && { keptAside: aside }),
      ...moved,
      findings,
    };
  } catch (error) {
    throw asWriteError(error, path);
  } finally {
    backup.close();
    if (made !== undefined) await deps.vault.discard(made);
    for (const suffix of ['', ...SIDE_FILES]) removeAt(`${draft}${suffix}`);
  }
}

/** What would be lost; undefined where there is nothing. Errors: `store-unusable` for a database of another program. */
function lookAt(path: string): RestoreLoss | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isFile()) {
    throw new OtpctlError(
      'store-unusable',
      `${printable(path)} is not a file`,
      'name another place with  --store PATH',
    );
  }
  if (stat.size === 0) return { path };
  try {
    const store = openConnection(path, { schemaCheck: schemaCheck(MIGRATIONS) });
    try {
      if (store.get('PRAGMA application_id')?.['application_id'] !== APPLICATION_ID) {
        throw new OtpctlError(
          'file-exists',
          `${printable(path)} is a database of another program`,
          'name another place with  --store PATH',
        );
      }
      refuseBusy(store);
      store.checkSchema();
      const last = store.get('SELECT time FROM audit ORDER BY seq DESC LIMIT 1')?.['time'];
      return {
        path,
        store: {
          id: storedKeys(store).storeId,
          devices: Number(store.get('SELECT count(*) AS n FROM devices')?.['n']),
          auditEntries: anchorOf(store).count,
          ...(typeof last === 'number' && { lastEntry: last }),
        },
      };
    } finally {
      store.close();
    }
  } catch (error) {
    // A store that is damaged is what a restore is for.
    if (error instanceof OtpctlError && ['store-damaged', 'store-unusable'].includes(error.code)) return { path };
    throw error;
  }
}

/** Errors: `store-busy` while another process has the store open: `otpctl serve`, or a command under way. */
function refuseBusy(store: Connection): void {
  store.exec('PRAGMA busy_timeout = 3000; PRAGMA locking_mode = EXCLUSIVE');
  try {
    store.exec('BEGIN EXCLUSIVE; ROLLBACK');
  } catch (error) {
    if (!(error instanceof OtpctlError) || error.code !== 'store-busy') throw error;
    throw new OtpctlError(
      'store-busy',
      `another process has the store ${printable(store.path)} open; nothing was changed`,
      'stop  otpctl serve  and what else works on it, and run it again',
    );
  }
}

/** The master key of the store to be: the one that opened the backup; where a passphrase did, that of this machine. */
async function masterKey({ header }: OpenBackup, { vault }: StoreDeps) {
  if (!('scrypt' in header.key)) {
    const { place: location, masterKeyId } = header.key;
    return { key: await vault.read({ storeId: header.store, location, keyId: masterKeyId }), location, made: false };
  }
  const before = vault.describe(header.store, 'file');
  const wasThere = existsSync(before);
  const { key, location } = await vault.adopt(header.store);
  return { key, location, made: location === 'file' && !wasThere };
}

interface Preparation {
  readonly keys: OpenKeys;
  readonly key: Parameters<typeof wrapKeys>[2];
  readonly location: KeyLocation;
  readonly now: Instant;
  readonly origin: Origin;
  readonly backup: OpenBackup;
  /** The copy of the store that was there. */
  readonly before: string | undefined;
}

/** Makes the store of the draft: migrated, under its master key, past the codes that were used. */
function prepare(
  draft: string,
  { keys, key, location, now, origin, backup, before }: Preparation,
  { random }: StoreDeps,
): Pick<RestoreReport, 'acceptsFrom' | 'resync'> {
  const store = openConnection(draft);
  try {
    migrate(store, MIGRATIONS);
    const known = before !== undefined && attach(store, before) ? before : undefined;
    const storeId = backup.header.store;
    const wrapped = wrapKeys(keys, storeId, key, random.bytes);
    const moved = store.immediate(() => {
      replaceKeys(store, wrapped, location, undefined, now);
      const { audit, rows, areRowsSigned } = unwrapStoreKeys(wrapped, key, random.bytes);
      const forged = new Set(areRowsSigned ? forgedDevices(store, rows) : []);
      const counters = moveCounters(store, now, known);
      if (areRowsSigned) signDevices(store, rows, forged);
      const event = { ...origin, time: now, action: 'store.restore' as const, object: `store ${storeId}` };
      const result =
        `ok: as of ${toIso(backup.header.time)}, ${counted(counters.resync.length, 'device')} to resync` as const;
      appendAudit(store, audit, { ...event, result });
      return counters;
    });
    if (known !== undefined) store.exec('DETACH before');
    store.exec('PRAGMA journal_mode = WAL');
    return moved;
  } finally {
    store.close();
  }
}

/** Attaches the store that was there; false where it is too damaged to say which codes were used. */
function attach(store: Connection, before: string): boolean {
  try {
    store.run('ATTACH ? AS before', [before]);
    const schema = Number(store.get('PRAGMA before.user_version')?.['user_version']);
    if (schemaDifferences(store, MIGRATIONS.slice(0, schema), 'before').length > 0) return false;
    store.get('SELECT id, secret, last_step, drift, counter FROM before.devices LIMIT 1');
    return store.all('PRAGMA before.integrity_check(1)')[0]?.['integrity_check'] === 'ok';
  } catch (error) {
    if (error instanceof OtpctlError || (error as { code?: string }).code === 'ERR_SQLITE_ERROR') return false;
    throw error;
  }
}

/** Keeps what is there under another name as well: a store as a copy of one moment, anything else as it is. */
async function keepAside(path: string, { store }: RestoreLoss, now: Instant): Promise<string> {
  const name = `${path}.before-restore-${stampOf(now)}`;
  let aside = name;
  for (let more = 2; existsSync(aside); more += 1) aside = `${name}-${more}`;
  if (store === undefined) {
    linkSync(path, aside);
    return aside;
  }
  makeFile(aside);
  const old = openConnection(path);
  try {
    await old.copyTo(aside);
  } finally {
    old.close();
  }
  sync(aside);
  syncFolder(dirname(aside));
  return aside;
}

async function replace(path: string, draft: string, loss: RestoreLoss | undefined, aside: string | undefined) {
  if (loss?.store !== undefined) {
    const next = openConnection(draft);
    try {
      await next.copyTo(path);
    } finally {
      next.close();
    }
    return;
  }
  // A write-ahead log that lies there without its store would be taken for that of the new one.
  for (const suffix of SIDE_FILES) {
    if (!existsSync(`${path}${suffix}`)) continue;
    renameSync(`${path}${suffix}`, `${aside ?? `${draft}.left`}${suffix}`);
  }
  sync(draft);
  if (loss === undefined) linkSync(draft, path);
  else renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Checks the store in its place. */
function checked(path: string, keys: OpenKeys, { header }: OpenBackup, { random }: StoreDeps) {
  const store = openConnection(path);
  try {
    const opener = keys.dataKey;
    const open = unwrapStoreKeys(wrapKeys(keys, header.store, opener, random.bytes), opener, random.bytes);
    store.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const devices = Number(store.get('SELECT count(*) AS n FROM devices')?.['n']);
    return { counts: { devices, auditEntries: anchorOf(store).count }, findings: checkStore(store, open) };
  } finally {
    store.close();
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function refuseEarlyClock({ header }: OpenBackup, now: Instant): void {
  if (header.time <= now + CLOCK_LAG) return;
  throw new OtpctlError(
    'guard-tripped',
    `the backup is of ${toIso(header.time)}, and the clock of this machine says ${toIso(now)}`,
    'set the clock: by a wrong one, used codes would be good again',
  );
}

function asWriteError(error: unknown, path: string): unknown {
  if (error instanceof OtpctlError || (error as NodeJS.ErrnoException).syscall === undefined) return error;
  const kind = writeFailure(error, 'store-unusable' as const);
  return new OtpctlError(kind, `no store can be put at ${printable(path)}: ${errnoOf(error)}`, 'look at its folder', {
    cause: error,
  });
}
