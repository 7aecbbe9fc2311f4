import { platform } from 'node:os';
import { resolve } from 'node:path';
import type { OpenServer } from './backends/scim/server/open-remote.ts';
import type { Adapters, RemoteAccess, Versions, Visit } from './cli/context.ts';
import type { Kept } from './config/home-folder.ts';
import type { Paths } from './config/paths.ts';
import { OtpctlError } from './domain/errors.ts';
import { isRemote, type LocalPlace, notSignedIn, type Place, type RemotePlace } from './domain/place/place.ts';
import { commandLine } from './domain/text/command-line.ts';
import type { RsaConfig } from './ds100/rsa-config.ts';
import type { Backend } from './ports/backend.ts';
import type { RunJournal } from './ports/bulk/journal.ts';
import type { Ds100Admin } from './ports/ds100-admin.ts';
import type { Messenger } from './ports/messenger.ts';
import type { SignIn } from './ports/servers/sign-in.ts';
import type { Clock } from './ports/system/clock.ts';
import type { Random } from './ports/system/random.ts';
import type { Timer } from './ports/system/timer.ts';
import type { Limits } from './server/limits/limits.ts';
import { systemClock, systemTimer } from './system/clock.ts';
import { osUser } from './system/os-user.ts';

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number | undefined;
  readonly versions?: Versions;
}

/** What a test may put in place of the real thing. */
export interface Replacements {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly messenger?: Messenger;
  /** What the profile says of RSA, where the environment says nothing. */
  readonly rsa?: RsaConfig;
  /** What waits between two requests to RSA. */
  readonly timer?: Timer;
  /** What clients of a server may ask of it at most. */
  readonly limits?: Partial<Limits>;
  /** How long one try of a request may take, in milliseconds. */
  readonly timeout?: number;
  /** Makes bulk runs work on the local backend as on a remote one: through this, by single requests. */
  readonly remote?: (backend: Backend) => Backend;
}

/** A test that does not say what it runs on runs on what the program asks for. */
const UNKNOWN: Versions = { node: 'unknown', sqlite: '3.51.3' };

/** Names the adapters and puts them together; each is loaded when it is first needed. */
export function compose({ environment, uid, versions = UNKNOWN }: Surroundings, replaced: Replacements = {}): Adapters {
  const placesHere = async () => {
    const { homeFolder } = await import('./config/home-folder.ts');
    return { platform: platform(), environment, home: (kept: Kept) => homeFolder(environment['HOME'], kept) };
  };
  const pathsHere = async () => {
    const [{ pathsOf }, places] = await Promise.all([import('./config/paths.ts'), placesHere()]);
    return pathsOf(places);
  };
  const runsHere = async () => {
    const { runsFile } = await import('./config/runs-file.ts');
    return runsFile(await placesHere());
  };
  const base = async () => {
    const [paths, { createKeyVault }, { systemRandom }] = await Promise.all([
      pathsHere(),
      import('./credentials/key-vault.ts'),
      import('./system/random.ts'),
    ]);
    const random = replaced.random ?? systemRandom;
    const clock = replaced.clock ?? systemClock;
    return { paths, clock, random, vault: createKeyVault({ folder: () => paths.keys, environment, random }) };
  };
  const storePath = (place: LocalPlace, paths: Paths) => resolve(place.store ?? paths.store);
  const openLocal = async (place: LocalPlace, create: boolean, visit: Visit, serving = false) => {
    const [{ paths, ...deps }, { openLocalBackend }] = await Promise.all([base(), import('./compose-local.ts')]);
    return openLocalBackend(storePath(place, paths), deps, create, visit, replaced.messenger, serving);
  };
  const openServer = async (place: RemotePlace, { trace }: Visit) => {
    const { clock, random } = await base();
    return remoteBackend(place, remote, { clock, random, environment, trace });
  };

  const remoteFor = (trace: Visit['trace']): RemoteAccess => ({
    async profiles() {
      const [paths, { createPrivateFile }, { createProfiles }] = await Promise.all([
        pathsHere(),
        import('./files/private-text.ts'),
        import('./config/profiles.ts'),
      ]);
      return createProfiles(createPrivateFile(paths.config, 'config'));
    },
    async credentials() {
      const [paths, { createPrivateFile }, { createKeyring }, { createCredentialStore }] = await Promise.all([
        pathsHere(),
        import('./files/private-text.ts'),
        import('./credentials/keyring.ts'),
        import('./credentials/credential-store.ts'),
      ]);
      const file = () => createPrivateFile(paths.credentials, 'file of credentials');
      return createCredentialStore({ environment, file, keyring: createKeyring(environment) });
    },
    async signIn(place) {
      const [credentials, { signInAt }] = await Promise.all([remote.credentials(), import('./credentials/sign-in.ts')]);
      return signInAt(place, credentials);
    },
    async probe(place, signIn) {
      const [{ probeServer }, transport] = await Promise.all([
        import('./backends/scim/server/probe-server.ts'),
        transportTo(place, signIn, trace),
      ]);
      try {
        return await probeServer(transport, signIn !== undefined);
      } finally {
        transport.close();
      }
    },
    async request(place, ...request) {
      const { known, noKeyring } = await remote.signIn(place);
      if (known === undefined) throw notSignedIn(place, noKeyring);
      const [{ scimBase }, { rawRequest }, transport] = await Promise.all([
        import('./backends/scim/server/open-remote.ts'),
        import('./backends/scim/transport/raw-request.ts'),
        transportTo(place, known.signIn, trace),
      ]);
      try {
        return await rawRequest(await scimBase(transport), ...request);
      } finally {
        transport.close();
      }
    },
  });
  const remote = remoteFor(() => {});
  const transportTo = async (place: RemotePlace, signIn: SignIn | undefined, trace: Visit['trace']) => {
    const [{ clock, random }, { createTransport }, { serverOf }, { systemTimer }] = await Promise.all([
      base(),
      import('./backends/scim/transport/transport.ts'),
      import('./backends/scim/server/server-of-place.ts'),
      import('./system/clock.ts'),
    ]);
    const deps = { clock, random, timer: systemTimer, trace };
    return createTransport(serverOf(place, signIn, environment), deps);
  };

  /** Where DS100 devices are: the way to RSA, or a place that has none. */
  const ds100Place = async (where: Parameters<Adapters['ds100']>[0]) => {
    const { rsaOfEnvironment } = await import('./ds100/rsa-config.ts');
    // Before the profile is looked for: a pipeline needs no config, and must not be stopped by one.
    const given = where.storeOnly ? undefined : (rsaOfEnvironment(environment) ?? replaced.rsa);
    return { given, place: given === undefined ? await where.place() : {} };
  };
  const journalFile = async (file: string | undefined, place: string) => {
    const { openJournal } = await import('./store/sqlite/runs/journal-file.ts');
    return openJournal(resolve(file ?? (await runsHere())), place);
  };

  const adapters: Adapters = {
    versions,
    remote: remoteFor,
    actor: () => osUser(uid),
    now: () => (replaced.clock ?? systemClock).now(),

    async backend(place, create, visit) {
      return (await (isRemote(place) ? openServer(place, visit) : openLocal(place, create, visit))).backend;
    },

    async bulk(place, { journal, concurrency, create = false }, visit) {
      const { createBulk } = await import('./bulk/bulk.ts');
      const byRequests = async (backend: Backend, name: string) => {
        const [{ createRequestPlace }, { systemTimer }] = await Promise.all([
          import('./bulk/request-place.ts'),
          import('./system/clock.ts'),
        ]);
        return createBulk(createRequestPlace(backend, await journalFile(journal, name), systemTimer));
      };
      if (isRemote(place)) {
        const { backend, url } = await openServer(place, visit);
        return byRequests(backend, `server ${url}`);
      }
      const { keepYoungHeapSmall } = await import('./system/young-heap.ts');
      keepYoungHeapSmall();
      const { backend, store } = await openLocal(place, create, visit);
      if (replaced.remote !== undefined) return byRequests(replaced.remote(backend), (await store.bulk()).name);
      if (journal !== undefined) {
        backend.close();
        throw journalNotHere();
      }
      if (concurrency !== undefined) {
        backend.close();
        throw new OtpctlError(
          'usage',
          'a local store changes its devices by itself, without requests',
          'leave out  --concurrency, which is for remote places',
        );
      }
      return createBulk({ ...(await store.bulk()), backend, close: () => backend.close() });
    },

    async isThere(place) {
      if (isRemote(place)) return true;
      const [{ paths }, { storeExists }] = await Promise.all([base(), import('./compose-local.ts')]);
      return storeExists(storePath(place, paths));
    },

    async storeAdmin(place, { origin, trace, notice }) {
      const { paths, ...deps } = await base();
      const { createSqliteAdmin } = await import('./store/sqlite/sqlite-admin.ts');
      const path = storePath(localPlace(place), paths);
      trace(`look after the store ${path}`);
      return createSqliteAdmin(path, deps, origin, notice);
    },

    async candidates(place, kind, prefix) {
      const [paths, { readCandidates }] = await Promise.all([
        pathsHere(),
        import('./store/sqlite/reads/candidates.ts'),
      ]);
      if (!isRemote(place)) return readCandidates(storePath(place, paths), kind, prefix);
      return readCandidates(await runsHere(), kind, prefix, `server ${place.url}`);
    },

    async serve(place, options, terms, visit) {
      const { clock, random } = await base();
      const [{ serve }, { registerScim }, { pngQr: qrPng }] = await Promise.all([
        import('./server/serve.ts'),
        import('./server/scim/register-scim.ts'),
        import('./output/qr-image.ts'),
      ]);
      const { backend } = await openLocal(localPlace(place), false, visit, true);
      try {
        await serve(
          {
            ...terms,
            ...(replaced.limits !== undefined && { limits: replaced.limits }),
            backend,
            clock,
            random,
            mounts: [(app, surface) => registerScim(app, { ...surface, qrPng })],
          },
          options,
        );
      } finally {
        backend.close();
      }
    },

    async ds100(where, needs, create, visit) {
      const { given, place } = await ds100Place(where);
      const rsa = given ?? (await rsaOfPlace(place, remote));
      const { paths, ...deps } = await base();
      if (rsa === undefined) {
        const [{ openLocalStore }, { createDs100Registry }] = await Promise.all([
          import('./compose-local.ts'),
          import('./store/sqlite/rows/ds100-registry.ts'),
        ]);
        const path = storePath(localPlace(place), paths);
        const { connection, store } = await openLocalStore(path, deps, create, visit);
        const { keys } = store;
        return createDs100Registry(connection, { clock: deps.clock, key: async () => (await keys()).audit });
      }
      const { createCloudAdmin } = await import('./ds100/cloud-admin.ts');
      const { insecureHttp = false } = where;
      const timeout = where.timeout === undefined ? replaced.timeout : where.timeout * 1000;
      return createCloudAdmin({ ...rsa, insecureHttp }, needs, {
        ...deps,
        trace: visit.trace,
        environment,
        timer: replaced.timer ?? systemTimer,
        ...(timeout !== undefined && { timeout }),
      });
    },

    async ds100Runs(where, needs, { journal: file }, visit) {
      const [{ given, place }, { createDs100Runs }] = await Promise.all([
        ds100Place(where),
        import('./bulk/ds100-runs.ts'),
      ]);
      let opened: Promise<Ds100Admin> | undefined;
      const admin = () => {
        opened ??= adapters.ds100({ ...where, place: async () => place }, needs, false, visit);
        return opened;
      };
      const runs = (name: string, isRegistry: boolean, journal: RunJournal, end: () => void) =>
        createDs100Runs({
          name,
          isRegistry,
          journal,
          admin,
          close() {
            end();
            opened?.then(
              (open) => open.close(),
              () => {},
            );
          },
        });
      const rsa = given ?? place.rsa;
      if (rsa !== undefined) {
        const { baseOf } = await import('./ds100/access.ts');
        const {
          place: name,
          journal,
          close,
        } = await journalFile(file, `RSA ${baseOf({ ...rsa, insecureHttp: where.insecureHttp ?? false })}`);
        return runs(name, false, journal, close);
      }
      if (isRemote(place)) return undefined;
      if (file !== undefined) throw journalNotHere();
      const { paths, ...deps } = await base();
      const [{ registryJournal }, { openLocalStore }] = await Promise.all([
        import('./store/sqlite/runs/registry-journal.ts'),
        import('./compose-local.ts'),
      ]);
      const { connection } = await openLocalStore(storePath(place, paths), deps, false, visit);
      const { name, journal } = registryJournal(connection);
      return runs(name, true, journal, () => connection.close());
    },
  };
  return adapters;
}

function journalNotHere(): OtpctlError {
  return new OtpctlError(
    'usage',
    'a local store keeps the journal of its runs itself',
    'leave out  --journal, which is for remote places',
  );
}

/** Refuses (`not-supported-here`) what wants a store of its own. */
function localPlace(place: Place): LocalPlace {
  if (!isRemote(place)) return place;
  throw new OtpctlError('not-supported-here', 'a server keeps its own store', 'name a local one with  --store PATH');
}

interface RemoteDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly environment: Surroundings['environment'];
  trace: Visit['trace'];
}

/** The backend of a server, signed in. Errors: `not-signed-in`. */
async function remoteBackend(place: RemotePlace, remote: RemoteAccess, deps: RemoteDeps): Promise<OpenServer> {
  const { known, noKeyring } = await remote.signIn(place);
  if (known === undefined) throw notSignedIn(place, noKeyring);
  const [{ openRemote }, { serverOf }, { systemTimer }] = await Promise.all([
    import('./backends/scim/server/open-remote.ts'),
    import('./backends/scim/server/server-of-place.ts'),
    import('./system/clock.ts'),
  ]);
  const server = serverOf(place, known.signIn, deps.environment);
  return openRemote(server, place, { ...deps, timer: systemTimer });
}

/** The way to RSA that a profile has, with its key, which is kept where passwords are when it is in no file. */
async function rsaOfPlace({ rsa, profile }: Place, remote: RemoteAccess): Promise<RsaConfig | undefined> {
  if (rsa === undefined) return undefined;
  if (rsa.keyFile !== undefined || rsa.privateKeyFile !== undefined) return rsa;
  const { credential, noKeyring } = await (await remote.credentials()).find(profile, ['rsa-key']);
  if (credential !== undefined) return { ...rsa, key: credential.secret };
  const why = noKeyring === undefined ? '' : `; the keyring could not be asked: ${noKeyring}`;
  throw new OtpctlError(
    'not-signed-in',
    `there is no RSA key for the profile ${profile}${why}`,
    `bring it with  ${commandLine(['profile', 'login', profile ?? 'NAME'], { 'rsa-key-stdin': true })}`,
  );
}
