import type { BulkUse } from '../cli/context.ts';
import { OtpctlError } from '../domain/errors.ts';
import { isRemote, localPlace, type Place, wholeStore } from '../domain/place/place.ts';
import { commandLine } from '../domain/text/command-line.ts';
import { type RsaConfig, rsaOfEnvironment } from '../ds100/rsa-config.ts';
import type { Ds100Runs } from '../ports/bulk/ds100-runs.ts';
import type { RunJournal } from '../ports/bulk/journal.ts';
import type { Ds100Admin, Ds100Need } from '../ports/ds100-admin.ts';
import { journalNotHere, openJournalFile } from './journal.ts';
import type { OpenContext } from './open-context.ts';

/** The options of a command line that say where DS100 devices are, and how RSA is asked. */
export interface Ds100Options {
  /** A store. If one is given, RSA is not asked, whatever the environment says. */
  readonly store?: string;
  /** Seconds of one try at RSA. */
  readonly timeout?: number;
  readonly insecureHttp?: boolean;
}

/**
 * Where DS100 devices are: at RSA, if the environment or the profile says how RSA is reached; otherwise in the registry of
 * the store.
 */
export interface Ds100Source {
  /** How RSA is reached, by the environment. */
  readonly rsa?: RsaConfig;
  readonly place: Place;
}

/** Finds where DS100 devices are. The environment comes first, so that a pipeline needs no config file. */
export async function findDs100(
  { store }: Ds100Options,
  findPlace: () => Promise<Place>,
  { environment, replaced }: OpenContext,
): Promise<Ds100Source> {
  const rsa = store === undefined ? (rsaOfEnvironment(environment) ?? replaced.rsa) : undefined;
  return rsa === undefined ? { place: await findPlace() } : { rsa, place: {} };
}

/** Opens the way to RSA, or the registry of a store. */
export async function openDs100(
  { rsa: given, place }: Ds100Source,
  needs: readonly Ds100Need[],
  options: Ds100Options & { readonly create?: boolean },
  by: OpenContext,
): Promise<Ds100Admin> {
  const rsa = given ?? (await rsaOfPlace(place, by));
  return rsa === undefined ? openRegistry(place, options, by) : openRsa(rsa, needs, options, by);
}

async function openRegistry(place: Place, use: { readonly create?: boolean }, by: OpenContext): Promise<Ds100Admin> {
  const [{ openLocal }, { createDs100Registry }] = await Promise.all([
    import('./local.ts'),
    import('../store/sqlite/rows/ds100-registry.ts'),
  ]);
  const { connection, store } = await openLocal(wholeStore(localPlace(place)), use, by);
  return createDs100Registry(connection, { clock: by.clock, key: async () => (await store.keys()).audit });
}

async function openRsa(
  rsa: RsaConfig,
  needs: readonly Ds100Need[],
  options: Ds100Options,
  by: OpenContext,
): Promise<Ds100Admin> {
  const { createCloudAdmin } = await import('../ds100/cloud-admin.ts');
  const timeout = options.timeout === undefined ? by.replaced.timeout : options.timeout * 1000;
  return createCloudAdmin({ ...rsa, insecureHttp: options.insecureHttp === true }, needs, {
    ...by,
    ...(timeout !== undefined && { timeout }),
  });
}

/** Opens the runs over DS100 devices; undefined for a server, which has no such devices, and in a scope, which has none of them. */
export async function openDs100Runs(
  source: Ds100Source,
  needs: readonly Ds100Need[],
  { journal: file }: BulkUse,
  options: Ds100Options,
  by: OpenContext,
): Promise<Ds100Runs | undefined> {
  const { rsa: given, place } = source;
  const admin = () => openDs100(source, needs, options, by);
  const rsa = given ?? place.rsa;
  if (rsa !== undefined) {
    const { apiBaseOf } = await import('../ds100/access.ts');
    const {
      place: name,
      journal,
      close,
    } = await openJournalFile(file, `RSA ${apiBaseOf({ ...rsa, insecureHttp: options.insecureHttp === true })}`, by);
    return runsOver({ name, isRegistry: false, journal, close }, admin);
  }
  if (isRemote(place) || place.scope !== undefined) return undefined;
  if (file !== undefined) throw journalNotHere();
  const [{ registryJournal }, { openLocal }] = await Promise.all([
    import('../store/sqlite/runs/registry-journal.ts'),
    import('./local.ts'),
  ]);
  const { connection } = await openLocal(place, {}, by);
  return runsOver({ ...registryJournal(connection), isRegistry: true, close: () => connection.close() }, admin);
}

interface Ds100Journal {
  readonly name: string;
  readonly isRegistry: boolean;
  readonly journal: RunJournal;
  close(): void;
}

/** Opens the devices only when they are read or changed: to look at an old run takes its journal alone. */
async function runsOver(kept: Ds100Journal, open: () => Promise<Ds100Admin>): Promise<Ds100Runs> {
  const { createDs100Runs } = await import('../bulk/ds100/ds100-runs.ts');
  let opened: Promise<Ds100Admin> | undefined;
  return createDs100Runs({
    ...kept,
    admin() {
      opened ??= open();
      return opened;
    },
    close() {
      kept.close();
      opened?.then(
        (admin) => admin.close(),
        () => {},
      );
    },
  });
}

/** How RSA is reached by a profile, with its key. A key that is in no file is kept where passwords are. */
async function rsaOfPlace({ rsa, profile }: Place, by: OpenContext): Promise<RsaConfig | undefined> {
  if (rsa === undefined) return undefined;
  if (rsa.keyFile !== undefined || rsa.privateKeyFile !== undefined) return rsa;
  const { credential, noKeyring } = await (await by.credentials()).find(profile, ['rsa-key']);
  if (credential !== undefined) return { ...rsa, key: credential.secret };
  const why = noKeyring === undefined ? '' : `; the keyring could not be asked: ${noKeyring}`;
  throw new OtpctlError(
    'not-signed-in',
    `there is no RSA key for the profile ${profile}${why}`,
    `bring it with  ${commandLine(['profile', 'login', profile ?? 'NAME'], { 'rsa-key-stdin': true })}`,
  );
}
