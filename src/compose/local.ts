import { createLocalBackend } from '../backends/local/local-backend.ts';
import type { LocalDeps } from '../backends/local/local-deps.ts';
import { createKeyVault } from '../credentials/key-vault.ts';
import type { LocalPlace } from '../domain/place/place.ts';
import { bothScopes, type Scope } from '../domain/scope.ts';
import type { ServableBackend } from '../ports/backend.ts';
import type { Explain } from '../ports/explanation.ts';
import type { LongReads } from '../ports/store/long-reads.ts';
import type { StoreAdmin } from '../ports/store/store-admin.ts';
import type { Connection } from '../store/sqlite/connection/connection.ts';
import type { StoreDeps } from '../store/sqlite/create-store.ts';
import { openStore, storeExists } from '../store/sqlite/open-store.ts';
import { createSqliteStore, type SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { OpenContext } from './open-context.ts';

export { storeExists };

/** A store of this machine that is open. Closing the backend closes the connection. */
interface OpenStore {
  readonly connection: Connection;
  readonly store: SqliteStore;
  readonly backend: ServableBackend;
  readonly explain: Explain;
}

interface LocalUse {
  /** Makes the store where there is none. */
  readonly create?: boolean;
  /** For a server: it does not start on a full disk, and reads get connections of their own. */
  readonly serving?: boolean;
}

/** Opens a store: a connection to the file, a store over the connection, and a backend over the store. */
export async function openLocal(
  place: LocalPlace,
  { create = false, serving = false }: LocalUse,
  by: OpenContext,
): Promise<OpenStore> {
  const path = by.storePath(place);
  const deps = storeDeps(by);
  if (create) await createMissing(path, deps, by);
  by.trace(`open the store ${path}`);
  const connection = openStore(path, { whenFull: serving ? 'fail' : 'read', say: by.notice });
  const reader = serving && { reader: await openReader(path) };
  const store = createSqliteStore(connection, { ...deps, ...reader });
  const backend = createLocalBackend(localDeps(store, undefined, by));
  if (place.scope !== undefined) return { connection, ...(await scopedStore(store, place.scope, by)) };
  const { explain } = store;
  return { connection, store, backend: serving ? await withLongReads(backend, path, store) : backend, explain };
}

/** A store of which a profile has the users of a scope alone. */
async function scopedStore(whole: SqliteStore, text: string, by: OpenContext): Promise<Omit<OpenStore, 'connection'>> {
  const [{ usersWithin }, { parseScope }] = await Promise.all([
    import('../store/sqlite/rows/scope-sql.ts'),
    import('../domain/query/parse-scope.ts'),
  ]);
  const scope = parseScope(text);
  const store = whole.within(usersWithin(scope));
  return { store, backend: createLocalBackend(localDeps(store, scope, by)), explain: store.explain };
}

/** A backend's store and what else it needs, in which only the users of a scope are there. */
function localDeps(store: SqliteStore, scope: Scope | undefined, by: OpenContext): LocalDeps {
  return {
    store: store.devices,
    audit: store.audit,
    apiKeys: store.apiKeys,
    clock: by.clock,
    random: by.random,
    messenger: async () => by.replaced.messenger ?? (await import('../delivery/messenger.ts')).createMessenger(by),
    scope,
    async within(narrower) {
      const { usersWithin } = await import('../store/sqlite/rows/scope-sql.ts');
      const both = bothScopes(scope, narrower) ?? narrower;
      return localDeps(store.within(usersWithin(both)), both, by);
    },
  };
}

/** A connection that a server reads by, beside the one that writes. */
async function openReader(path: string): Promise<Connection> {
  const { withCheckedReads } = await import('../store/sqlite/connection/checked-reads.ts');
  return withCheckedReads(openStore(path, { schema: 'checked', readOnly: true }));
}

/** The administration of a store. Each of its calls opens the store and closes it. */
export async function openStoreAdmin(place: LocalPlace, by: OpenContext): Promise<StoreAdmin> {
  const { createSqliteAdmin } = await import('../store/sqlite/sqlite-admin.ts');
  const path = by.storePath(place);
  by.trace(`look after the store ${path}`);
  return createSqliteAdmin(path, storeDeps(by), by.origin, by.notice);
}

function storeDeps({ clock, random, paths, environment }: OpenContext): StoreDeps {
  return { clock, random, vault: createKeyVault({ folder: () => paths.keys, environment, random }) };
}

/** Makes a store at a path, unless there is one. */
async function createMissing(path: string, deps: StoreDeps, by: OpenContext): Promise<void> {
  if (storeExists(path)) return;
  const { createStore } = await import('../store/sqlite/create-store.ts');
  const key = await createStore(path, deps, by.origin);
  if (key !== undefined) by.notice(`made the store ${path}; its key is in ${key}: keep a copy of both, apart`);
}

/** A backend that does long reads in threads, so that a server goes on answering. */
async function withLongReads(
  local: ServableBackend,
  path: string,
  { devices, keys }: SqliteStore,
): Promise<ServableBackend> {
  const { withServedReads } = await import('../backends/local/served-reads.ts');
  let opened: Promise<LongReads> | undefined;
  const longReads = () => {
    opened ??= import('../store/sqlite/reads/long-reads.ts').then(({ createLongReads }) => createLongReads(path));
    return opened;
  };
  const auditKey = async () => (await keys()).audit.hmac;
  return {
    ...withServedReads(local, { size: devices.size, devicesWith: devices.devicesWith, longReads, auditKey }),
    close() {
      void opened?.then((reads) => reads.close());
      local.close();
    },
  };
}
