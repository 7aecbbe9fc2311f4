import { platform, userInfo } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import type { Adapters, Place, Visit } from './cli/context.ts';
import { OtpctlError } from './domain/errors.ts';
import { DEFAULT_SETTINGS, type Settings } from './domain/settings.ts';
import type { Backend } from './ports/backend.ts';
import type { Clock } from './ports/clock.ts';
import type { Messenger } from './ports/messenger.ts';
import type { Random } from './ports/random.ts';
import { systemClock } from './system/clock.ts';
import { osUser } from './system/os-user.ts';

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number | undefined;
}

/** What a test may put in place of the real thing. */
export interface Replacements {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly messenger?: Messenger;
  readonly settings?: Settings;
  /** Makes bulk runs work on the local backend as on a remote one: through this, by single requests. */
  readonly remote?: (backend: Backend) => Backend;
}

/** Names the adapters and puts them together; each is loaded when it is first needed. */
export function compose({ environment, uid }: Surroundings, replaced: Replacements = {}): Adapters {
  const base = async () => {
    const [{ pathsOf }, { createKeyVault }, { systemRandom }] = await Promise.all([
      import('./config/paths.ts'),
      import('./credentials/key-vault.ts'),
      import('./system/random.ts'),
    ]);
    const paths = pathsOf({ platform: platform(), home: homeOf(environment['HOME']), environment });
    const random = replaced.random ?? systemRandom;
    const clock = replaced.clock ?? systemClock;
    return { paths, clock, random, vault: createKeyVault({ folder: paths.keys, environment, random }) };
  };
  const openLocal = async (place: Place, create: boolean, { origin, trace }: Visit) => {
    const { paths, ...deps } = await base();
    const [{ openStore, storeExists }, { createSqliteStore }, { createLocalBackend }, { noMessenger }] =
      await Promise.all([
        import('./store/sqlite/open-store.ts'),
        import('./store/sqlite/sqlite-store.ts'),
        import('./backends/local/local-backend.ts'),
        import('./delivery/no-messenger.ts'),
      ]);
    const path = storePath(place, paths.store);
    if (create && !storeExists(path)) {
      const { createStore } = await import('./store/sqlite/create-store.ts');
      if (await createStore(path, deps, origin)) trace(`made the store ${path}`);
    }
    trace(`open the store ${path}`);
    const store = createSqliteStore(openStore(path), deps);
    const backend = createLocalBackend({
      store: store.devices,
      audit: store.audit,
      clock: deps.clock,
      random: deps.random,
      messenger: replaced.messenger ?? noMessenger,
      settings: replaced.settings ?? DEFAULT_SETTINGS,
    });
    return { backend, store };
  };
  const storePath = (place: Place, standard: string) => resolve(place.store ?? standard);

  return {
    actor: () => osUser(uid),
    now: () => (replaced.clock ?? systemClock).now(),

    async backend(place, create, visit) {
      return (await openLocal(place, create, visit)).backend;
    },

    async bulk(place, { journal, create = false }, visit) {
      const { createBulk } = await import('./bulk/bulk.ts');
      const { backend, store } = await openLocal(place, create, visit);
      if (replaced.remote !== undefined) {
        const [{ runsFile }, { openJournal }, { createRequestPlace }] = await Promise.all([
          import('./config/runs-file.ts'),
          import('./store/sqlite/journal-file.ts'),
          import('./bulk/request-place.ts'),
        ]);
        const file = journal ?? runsFile({ platform: platform(), home: homeOf(environment['HOME']), environment });
        return createBulk(createRequestPlace(replaced.remote(backend), openJournal(resolve(file), store.bulk().name)));
      }
      if (journal !== undefined) {
        backend.close();
        throw new OtpctlError(
          'usage',
          'a local store keeps the journal of its runs itself',
          'leave out  --journal, which is for remote places',
        );
      }
      return createBulk({ ...store.bulk(), backend, close: () => backend.close() });
    },

    async storeAdmin(place, { origin, trace }) {
      const { paths, ...deps } = await base();
      const { createSqliteAdmin } = await import('./store/sqlite/sqlite-admin.ts');
      const path = storePath(place, paths.store);
      trace(`look after the store ${path}`);
      return createSqliteAdmin(path, deps, origin);
    },
  };
}

/** The home folder: of the environment, or the OS's own record where that one is empty or depends on where one stands. */
function homeOf(given: string | undefined): string {
  return given !== undefined && isAbsolute(given) ? given : userInfo().homedir;
}
