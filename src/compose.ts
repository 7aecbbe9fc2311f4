import { platform, userInfo } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import type { Adapters, Place, Visit } from './cli/context.ts';
import { DEFAULT_SETTINGS, type Settings } from './domain/settings.ts';
import type { RsaConfig } from './ds100/rsa-config.ts';
import type { Clock } from './ports/clock.ts';
import type { Messenger } from './ports/messenger.ts';
import type { Random } from './ports/random.ts';
import type { Connection } from './store/sqlite/connection.ts';
import type { CreateStoreDeps } from './store/sqlite/create-store.ts';
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
  /** What the profile says of RSA, where the environment says nothing. */
  readonly rsa?: RsaConfig;
  /** Waits between two requests, in milliseconds. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** How long one try of a request may take, in milliseconds. */
  readonly timeout?: number;
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
  const storePath = (place: Place, standard: string) => resolve(place.store ?? standard);

  return {
    actor: () => osUser(uid),
    now: () => (replaced.clock ?? systemClock).now(),

    async backend(place, create, visit) {
      const { paths, ...deps } = await base();
      const [{ createSqliteStore }, { createLocalBackend }, { noMessenger }, connection] = await Promise.all([
        import('./store/sqlite/sqlite-store.ts'),
        import('./backends/local/local-backend.ts'),
        import('./delivery/no-messenger.ts'),
        openedStore(storePath(place, paths.store), deps, create, visit),
      ]);
      const { devices, audit } = createSqliteStore(connection, deps);
      return createLocalBackend({
        store: devices,
        audit,
        clock: deps.clock,
        random: deps.random,
        messenger: replaced.messenger ?? noMessenger,
        settings: replaced.settings ?? DEFAULT_SETTINGS,
      });
    },

    async storeAdmin(place, { origin, trace }) {
      const { paths, ...deps } = await base();
      const { createSqliteAdmin } = await import('./store/sqlite/sqlite-admin.ts');
      const path = storePath(place, paths.store);
      trace(`look after the store ${path}`);
      return createSqliteAdmin(path, deps, origin);
    },

    async ds100(place, needs, create, visit) {
      const { rsaOfEnvironment } = await import('./ds100/rsa-config.ts');
      const rsa = place.storeOnly ? undefined : (rsaOfEnvironment(environment) ?? replaced.rsa);
      const { paths, ...deps } = await base();
      if (rsa === undefined) {
        const [{ createSqliteStore }, { createDs100Registry }] = await Promise.all([
          import('./store/sqlite/sqlite-store.ts'),
          import('./store/sqlite/ds100-registry.ts'),
        ]);
        const connection = await openedStore(storePath(place, paths.store), deps, create, visit);
        const { keys } = createSqliteStore(connection, deps);
        return createDs100Registry(connection, { clock: deps.clock, key: async () => (await keys()).audit });
      }
      const { createCloudAdmin } = await import('./ds100/cloud-admin.ts');
      const { timeout, sleep } = replaced;
      return createCloudAdmin(rsa, needs, {
        ...deps,
        trace: visit.trace,
        ...(timeout !== undefined && { timeout }),
        ...(sleep !== undefined && { sleep }),
      });
    },
  };
}

/** The store at a path; with `create`, made when it is not there. */
async function openedStore(
  path: string,
  deps: CreateStoreDeps,
  create: boolean,
  { origin, trace }: Visit,
): Promise<Connection> {
  const { openStore, storeExists } = await import('./store/sqlite/open-store.ts');
  if (create && !storeExists(path)) {
    const { createStore } = await import('./store/sqlite/create-store.ts');
    if (await createStore(path, deps, origin)) trace(`made the store ${path}`);
  }
  trace(`open the store ${path}`);
  return openStore(path);
}

/** The home folder: of the environment, or the OS's own record where that one is empty or depends on where one stands. */
function homeOf(given: string | undefined): string {
  return given !== undefined && isAbsolute(given) ? given : userInfo().homedir;
}
