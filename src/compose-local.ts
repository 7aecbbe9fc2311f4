import { createLocalBackend } from './backends/local/local-backend.ts';
import type { Visit } from './cli/context.ts';
import type { ServableBackend } from './ports/backend.ts';
import type { Messenger } from './ports/messenger.ts';
import type { LongReads } from './ports/store/long-reads.ts';
import type { Connection } from './store/sqlite/connection/connection.ts';
import type { CreateStoreDeps } from './store/sqlite/create-store.ts';
import { openReader, openStore, storeExists } from './store/sqlite/open-store.ts';
import { createSqliteStore, type SqliteStore } from './store/sqlite/sqlite-store.ts';

export { storeExists };

/**
 * The backend on a store of this machine, and the store. `messenger` is for tests. One that is `serving` reads what is
 * long on a connection of its own.
 */
export async function openLocalBackend(
  path: string,
  deps: CreateStoreDeps,
  create: boolean,
  visit: Visit,
  messenger: Messenger | undefined,
  serving = false,
): Promise<{ backend: ServableBackend; store: SqliteStore }> {
  const connection = await openedStore(path, deps, create, visit, serving);
  const store = createSqliteStore(connection, { ...deps, ...(serving && { reader: () => openReader(path) }) });
  const { clock, random } = deps;
  const local = createLocalBackend({
    store: store.devices,
    audit: store.audit,
    apiKeys: store.apiKeys,
    clock,
    random,
    messenger: async () => messenger ?? (await import('./delivery/messenger.ts')).createMessenger({ clock }),
  });
  return { backend: serving ? await served(local, path, store) : local, store };
}

/** What is served reads what is long in threads of its own. */
async function served(local: ServableBackend, path: string, { devices, keys }: SqliteStore): Promise<ServableBackend> {
  const { withServedReads } = await import('./backends/local/served-reads.ts');
  let lanes: Promise<LongReads> | undefined;
  const longReads = () => {
    lanes ??= import('./store/sqlite/reads/long-reads.ts').then(({ createLongReads }) => createLongReads(path));
    return lanes;
  };
  const auditKey = async () => (await keys()).audit;
  return {
    ...withServedReads(local, { size: devices.size, devicesWith: devices.devicesWith, longReads, auditKey }),
    close() {
      void lanes?.then((reads) => reads.close());
      local.close();
    },
  };
}

/** A store without a backend over it. */
export async function openLocalStore(path: string, deps: CreateStoreDeps, create: boolean, visit: Visit) {
  const connection = await openedStore(path, deps, create, visit);
  return { connection, store: createSqliteStore(connection, deps) };
}

/** The store at a path; with `create`, made when it is not there. */
async function openedStore(
  path: string,
  deps: CreateStoreDeps,
  create: boolean,
  { origin, trace, notice }: Visit,
  serving = false,
): Promise<Connection> {
  if (create && !storeExists(path)) {
    const { createStore } = await import('./store/sqlite/create-store.ts');
    const key = await createStore(path, deps, origin);
    if (key !== undefined) notice?.(`made the store ${path}; its key is in ${key}: keep a copy of both, apart`);
  }
  trace(`open the store ${path}`);
  return openStore(path, undefined, notice, serving ? 'fail' : 'read');
}
