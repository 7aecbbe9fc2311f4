import type { Context, CreateContext, RemoteAccess, Versions } from '../cli/context.ts';
import { isOldSqlite } from '../cli/doctor/sqlite-version.ts';
import { originOf } from '../cli/origin-of.ts';
import { chosenPlace, placeOf } from '../cli/profile/place.ts';
import { createPrinter } from '../cli/terminal/printer.ts';
import { createPrompts } from '../cli/terminal/prompts.ts';
import { createProfiles } from '../config/profiles.ts';
import { actorOf } from '../domain/audit/origin.ts';
import { isRemote, localPlace, type Place, wholeStore } from '../domain/place/place.ts';
import { placeWithin } from '../domain/scope.ts';
import { printable } from '../domain/text/printable.ts';
import { createPrivateFile } from '../files/private-text.ts';
import { osUser } from '../system/os-user.ts';
import { createOpenContext, type OpenContext, type Replacements } from './open-context.ts';

/** What the program needs to know of its process, besides its streams and its environment. */
export interface ProcessFacts {
  readonly uid: number | undefined;
  readonly versions?: Versions;
}

/** For tests that do not care: the least SQLite that the program asks for. */
const UNKNOWN: Versions = { node: 'unknown', sqlite: '3.51.3' };

/**
 * Puts the program together: makes the context that a command gets. What opens something is loaded by an `import()` when a
 * command first asks for it.
 */
export function compose({ uid, versions = UNKNOWN }: ProcessFacts, replaced: Replacements = {}): CreateContext {
  return (io, options) => {
    const { environment } = io;
    const print = createPrinter(io, options, () => by.clock.now());
    const by: OpenContext = createOpenContext(environment, replaced, {
      origin: originOf(() => replaced.actor ?? actorOf(...osUser(uid)), options),
      trace: print.trace,
      notice: (text) => void print.notice(printable(text)),
    });
    const remote = remoteAccess(by);
    let found: Promise<Place> | undefined;
    const place = () => {
      found ??= placeOf(chosenPlace(options, environment), options, environment, remote.profiles);
      return found;
    };
    const base: ContextBase = {
      ...{ io, options, print, place, versions, remote },
      origin: by.origin,
      prompts: createPrompts(io, options.input !== false),
      now: () => by.clock.now(),
    };
    const opened: Closable[] = [];
    const closing = <T extends Closable | undefined>(one: T): T => {
      if (one !== undefined) opened.push(one);
      return one;
    };
    return {
      context: { ...base, ...opening(base, closing, by) },
      close() {
        for (const one of opened) one.close();
      },
    };
  };
}

interface Closable {
  close(): void;
}

type Opening = Pick<
  Context,
  'backend' | 'explain' | 'isThere' | 'storeAdmin' | 'serve' | 'bulk' | 'ds100' | 'ds100Runs' | 'candidates'
>;
type ContextBase = Omit<Context, keyof Opening>;

/** The part of a context that opens something. `closing` has it closed at the end of the run. */
function opening(base: ContextBase, closing: <T extends Closable | undefined>(one: T) => T, by: OpenContext): Opening {
  const { io, options, print, place, versions } = base;
  let saidThatSqliteIsOld = false;
  /** Warns once, before a store is served or changed in bulk, if this SQLite can damage it. */
  const sayIfSqliteIsOld = (at: Place) => {
    if (saidThatSqliteIsOld || !isOldSqlite(versions.sqlite) || isRemote(at)) return;
    saidThatSqliteIsOld = true;
    by.notice(`notice: SQLite ${versions.sqlite} can damage a store that several processes write: see  otpctl doctor`);
  };
  const open = async (use: 'open' | 'create') => {
    const at = await place();
    const opened = isRemote(at)
      ? await (await import('./remote.ts')).openServer(at, by)
      : await (await import('./local.ts')).openLocal(at, { create: use === 'create' }, by);
    closing(opened.backend);
    return opened;
  };
  return {
    backend: async (use = 'open') => (await open(use)).backend,
    explain: async (...list) => (await open('open')).explain(...list),
    async isThere() {
      const at = await place();
      return isRemote(at) || (await import('./local.ts')).storeExists(by.storePath(at));
    },
    async storeAdmin() {
      const at = wholeStore(localPlace(await place()));
      return (await import('./local.ts')).openStoreAdmin(at, by);
    },
    async serve(given) {
      const at = await place();
      sayIfSqliteIsOld(at);
      const { serveStore } = await import('./serve.ts');
      await serveStore(wholeStore(localPlace(at)), given, { io, print }, by);
    },
    async bulk(use = {}) {
      const at = await place();
      sayIfSqliteIsOld(at);
      const { openLocalBulk, openRemoteBulk } = await import('./bulk.ts');
      return closing(isRemote(at) ? await openRemoteBulk(at, use, by) : await openLocalBulk(at, use, by));
    },
    async ds100(needs, use = 'open', other) {
      const { findDs100, openDs100 } = await import('./ds100.ts');
      const source = await findDs100(options, async () => other ?? place(), by);
      return closing(await openDs100(source, needs, { ...options, create: use === 'create' }, by));
    },
    async ds100Runs(needs, use = {}) {
      const { findDs100, openDs100Runs } = await import('./ds100.ts');
      return closing(await openDs100Runs(await findDs100(options, place, by), needs, use, options, by));
    },
    async candidates(kind, prefix) {
      const at = await place();
      const { readCandidates } = await import('../store/sqlite/reads/candidates.ts');
      if (isRemote(at)) {
        return readCandidates(by.paths.runs, kind, prefix, { place: placeWithin(`server ${at.url}`, at.scope) });
      }
      return readCandidates(
        by.storePath(at),
        kind,
        prefix,
        at.scope === undefined ? {} : { scope: await scopeOf(at.scope) },
      );
    },
  };
}

async function scopeOf(text: string) {
  const [{ usersWithin }, { parseScope }] = await Promise.all([
    import('../store/sqlite/rows/scope-sql.ts'),
    import('../domain/query/parse-scope.ts'),
  ]);
  return usersWithin(parseScope(text));
}

function remoteAccess(by: OpenContext): RemoteAccess {
  return {
    profiles: async () => createProfiles(createPrivateFile(by.paths.config, 'config')),
    credentials: by.credentials,
    signIn: async (place) => (await import('./remote.ts')).findSignIn(place, by),
    probe: async (place, signIn) => (await import('./remote.ts')).probe(place, signIn, by),
    request: async (place, ...words) => (await import('./remote.ts')).request(place, by, ...words),
  };
}
