import { platform, userInfo } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import type { Adapters, Place } from './cli/context.ts';
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

  const adapters: Adapters = {
    actor: () => osUser(uid),
    now: () => (replaced.clock ?? systemClock).now(),

    async backend(place, create, { origin, trace }) {
      const { paths, ...deps } = await base();
      const [{ openStore, storeExists }, { createSqliteStore }, { createLocalBackend }] = await Promise.all([
        import('./store/sqlite/open-store.ts'),
        import('./store/sqlite/sqlite-store.ts'),
        import('./backends/local/local-backend.ts'),
      ]);
      const path = storePath(place, paths.store);
      if (create && !storeExists(path)) {
        const { createStore } = await import('./store/sqlite/create-store.ts');
        if (await createStore(path, deps, origin)) trace(`made the store ${path}`);
      }
      trace(`open the store ${path}`);
      const { devices, audit, apiKeys } = createSqliteStore(openStore(path), deps);
      return createLocalBackend({
        store: devices,
        audit,
        apiKeys,
        clock: deps.clock,
        random: deps.random,
        messenger: async () => {
          if (replaced.messenger !== undefined) return replaced.messenger;
          const { createMessenger } = await import('./delivery/messenger.ts');
          return createMessenger({ clock: deps.clock });
        },
      });
    },

    async isThere(place) {
      const [{ paths }, { storeExists }] = await Promise.all([base(), import('./store/sqlite/open-store.ts')]);
      return storeExists(storePath(place, paths.store));
    },

    async storeAdmin(place, { origin, trace }) {
      const { paths, ...deps } = await base();
      const { createSqliteAdmin } = await import('./store/sqlite/sqlite-admin.ts');
      const path = storePath(place, paths.store);
      trace(`look after the store ${path}`);
      return createSqliteAdmin(path, deps, origin);
    },

    async serve(place, options, terms, visit) {
      const { clock, random } = await base();
      const [{ serve }, { registerScim }, { pngQr: qrPng }, { enabledTypes }, { settingsOf }] = await Promise.all([
        import('./server/serve.ts'),
        import('./server/scim/register-scim.ts'),
        import('./output/qr-image.ts'),
        import('./domain/enabled-types.ts'),
        import('./domain/settings.ts'),
      ]);
      const backend = await adapters.backend(place, false, visit);
      const currentTypes = async () => {
        const rows = await backend.settings.list();
        return enabledTypes(settingsOf(new Map(rows.map(({ key, value }) => [key, value]))));
      };
      try {
        await serve(
          {
            ...terms,
            backend,
            clock,
            random,
            mounts: [(app, surface) => registerScim(app, { ...surface, enabledTypes: currentTypes, qrPng })],
          },
          options,
        );
      } finally {
        backend.close();
      }
    },
  };
  return adapters;
}

/** The home folder: of the environment, or the OS's own record where that one is empty or depends on where one stands. */
function homeOf(given: string | undefined): string {
  return given !== undefined && isAbsolute(given) ? given : userInfo().homedir;
}
