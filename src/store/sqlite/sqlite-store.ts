import type { KeyObject } from 'node:crypto';
import { LAST_TIME } from '../../domain/instant.ts';
import { SETTING_KEYS } from '../../domain/settings/setting-rules.ts';
import { settingRow } from '../../domain/settings/settings.ts';
import type { ApiKeyStore } from '../../ports/api-keys.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Explain } from '../../ports/explanation.ts';
import type { Decide } from '../../ports/store/decisions.ts';
import type { DeviceStore } from '../../ports/store/device-store.ts';
import type { Vault } from '../../ports/store/vault.ts';
import type { Clock } from '../../ports/system/clock.ts';
import type { Random } from '../../ports/system/random.ts';
import type { StoreKeys } from '../store-keys.ts';
import type { Connection } from './connection/connection.ts';
import type { Transactions } from './decisions/transactions.ts';
import { devicesWith, explainList } from './devices/device-list.ts';
import { challengedDevice, createDeviceReader } from './devices/device-reader.ts';
import type { ApiKeyDeps } from './rows/api-keys.ts';
import { readSettings } from './rows/setting-rows.ts';
import { listUsers, type UsersWithin } from './rows/user-rows.ts';
import type { BulkStore } from './runs/bulk-store.ts';

interface SqliteDeps {
  /** Reads beside what is written, so that neither waits for the other. Nothing is decided by what it reads. */
  readonly reader?: Connection;
  readonly vault: Vault;
  readonly random: Random;
  readonly clock: Clock;
}

export interface SqliteStore {
  readonly devices: DeviceStore;
  readonly audit: AuditLog;
  readonly apiKeys: ApiKeyStore;
  /** How a list of devices would be read. */
  readonly explain: Explain;
  /**
   * The same store, in which only these users are there, with what belongs to them: every read and every write of what it
   * returns passes this one condition.
   */
  within(scope: UsersWithin): SqliteStore;
  /** What changes devices in bulk, made when it is asked for. */
  bulk(): Promise<BulkStore>;
  /** The unwrapped keys, read once and only when something is sealed, unsealed or written. */
  keys(): Promise<StoreKeys>;
}

interface Writing {
  readonly transactions: Transactions;
  readonly decide: Decide;
  decideWithin(scope: UsersWithin): Decide;
}

/** The ports over an open store. The code that reads devices is loaded; the rest is when it is first used. */
export function createSqliteStore(connection: Connection, deps: SqliteDeps): SqliteStore {
  let unwrapped: Promise<StoreKeys> | undefined;
  const keys = () => {
    unwrapped ??= openedKeys(connection, deps).catch((error: unknown) => {
      // A key that is not there now may be put back while a server goes on.
      unwrapped = undefined;
      throw error;
    });
    return unwrapped;
  };
  const auditKey = async () => (await keys()).audit;
  const reading = deps.reader ?? connection;
  let writing: Promise<Writing> | undefined;
  /** Reads what a transaction of its own has written. */
  const whole = createDeviceReader(connection);
  const apiKeys = lazyApiKeys(connection, { ...deps, keys });
  /** What writes is loaded when something is written. */
  const deciding = () => {
    writing ??= Promise.all([import('./decisions/transactions.ts'), import('./decisions/decide.ts')]).then(
      ([{ createTransactions }, { createDecide }]) => {
        const transactions = createTransactions(connection, {
          keys,
          forgetKeys() {
            unwrapped = undefined;
          },
          settings: whole.policy,
          clock: deps.clock,
        });
        return {
          transactions,
          decide: createDecide(connection, transactions),
          decideWithin: (scope) => createDecide(connection, transactions, scope),
        };
      },
    );
    return writing;
  };
  const storeOf = (scope?: UsersWithin): SqliteStore => {
    const reader = scope === undefined && reading === connection ? whole : createDeviceReader(reading, scope);
    const own = scope === undefined ? whole : createDeviceReader(connection, scope);
    return {
      keys,
      audit: lazyAudit(reading, async () => (await auditKey()).hmac, scope),
      explain: async (selection, page) => explainList(reading, { ...selection, scope }, page),
      apiKeys,
      async bulk() {
        const { createBulkStore } = await import('./runs/bulk-store.ts');
        return createBulkStore(connection, keys, deps.clock, scope);
      },
      within: (narrower) => storeOf(narrower),
      devices: {
        ...reader,
        challenged: (user, type, now) => challengedDevice(reading, user, type, now, scope),
        settingRows() {
          const values = readSettings(reading);
          return SETTING_KEYS.map((key) => settingRow(key, values.get(key)));
        },
        size: () => Number(reading.get('SELECT max(id) AS id FROM devices')?.['id'] ?? 0),
        devicesWith: (attribute, value) => devicesWith(reading, attribute, value),
        users: () => listUsers(reading, scope),
        decide: async (...asked) => {
          const { decide, decideWithin } = await deciding();
          return (scope === undefined ? decide : decideWithin(scope))(...asked);
        },
        async write(work) {
          const [{ transactions }, { createStoreWriter }] = await Promise.all([
            deciding(),
            import('./store-writer.ts'),
          ]);
          return transactions.alone((transaction) =>
            work(createStoreWriter(connection, own, transaction, scope !== undefined)),
          );
        },
        close() {
          deps.reader?.close();
          connection.close();
        },
      },
    };
  };
  return storeOf();
}

async function openedKeys(connection: Connection, deps: SqliteDeps): Promise<StoreKeys> {
  return (await import('./keys/open-keys.ts')).openKeys(connection, deps);
}

function lazyAudit(connection: Connection, key: () => Promise<KeyObject>, scope: UsersWithin | undefined): AuditLog {
  const load = async () => (await import('./audit/audit-log.ts')).createAuditLog(connection, key, scope);
  return {
    async *list(selection) {
      yield* (await load()).list(selection);
    },
    // Asked after every refused code, so it loads nothing and reads no more than it must.
    async latestTime(entries) {
      // A time out of range must not keep a code from being judged.
      const newest = `SELECT min(time, ${LAST_TIME}) AS time FROM audit ORDER BY seq DESC LIMIT ?`;
      const latest = connection.get(`SELECT max(time) AS time FROM (${newest})`, [entries])?.['time'];
      return latest === null ? undefined : Number(latest);
    },
    async *chain(upTo) {
      yield* (await load()).chain(upTo);
    },
    anchor: async () => (await load()).anchor(),
    verify: async () => (await load()).verify(),
  };
}

function lazyApiKeys(connection: Connection, deps: ApiKeyDeps): ApiKeyStore {
  let made: ApiKeyStore | undefined;
  const load = async () => {
    const { createApiKeys } = await import('./rows/api-keys.ts');
    made ??= createApiKeys(connection, deps);
    return made;
  };
  return {
    list: async () => (await load()).list(),
    create: async (...request) => (await load()).create(...request),
    rotate: async (...request) => (await load()).rotate(...request),
    revoke: async (...request) => (await load()).revoke(...request),
    // Every request to a server asks this: once loaded, it waits for nothing.
    authenticate: (shown) => (made ? made.authenticate(shown) : load().then((keys) => keys.authenticate(shown))),
  };
}
