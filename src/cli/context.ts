import type { Origin } from '../domain/audit/origin.ts';
import type { Instant } from '../domain/instant.ts';
import type { Place, RemotePlace } from '../domain/place/place.ts';
import type { Backend } from '../ports/backend.ts';
import type { Bulk } from '../ports/bulk/bulk.ts';
import type { Ds100Runs } from '../ports/bulk/ds100-runs.ts';
import type { Ds100Admin, Ds100Need } from '../ports/ds100-admin.ts';
import type { Explain } from '../ports/explanation.ts';
import type { CredentialStore } from '../ports/servers/credentials.ts';
import type { Probe } from '../ports/servers/probe.ts';
import type { Profiles } from '../ports/servers/profiles.ts';
import type { RawRequest } from '../ports/servers/raw-requests.ts';
import type { KnownSignIn } from '../ports/servers/sign-in.ts';
import type { Candidates } from '../ports/store/candidates.ts';
import type { StoreAdmin } from '../ports/store/store-admin.ts';
import type { GlobalOptions } from './parse/global-options.ts';
import type { Io } from './terminal/io.ts';
import type { Printer } from './terminal/printer.ts';
import type { Prompts } from './terminal/prompts.ts';

/** What a command works with. What takes time to open is a function, so `--help` opens nothing. */
export interface Context {
  readonly io: Io;
  readonly options: GlobalOptions;
  /** Who runs this, and what they say about it. */
  readonly origin: Origin;
  readonly print: Printer;
  readonly prompts: Prompts;
  now(): Instant;
  /** Opens the place to work on; with `create`, makes a local store that is not there. Closed at the end of the run. */
  backend(use?: 'open' | 'create'): Promise<Backend>;
  /** How the place would read a list. */
  readonly explain: Explain;
  /** Whether the place is there; false for a local store that nobody has made yet. */
  isThere(): Promise<boolean>;
  storeAdmin(): Promise<StoreAdmin>;
  /** Serves the place until the process is told to end. Errors: `listen-failed`, `usage`. */
  serve(options: ServeOptions): Promise<void>;
  /** Where the devices are: by an option, the environment, or a profile. */
  place(): Promise<Place>;
  readonly versions: Versions;
  readonly remote: RemoteAccess;
  /**
   * DS100 authenticators, at RSA or in the registry of the local store; `needs` is all that will be asked for. With
   * `create`, makes a store that is not there. Closed at the end of the run.
   */
  ds100(needs: readonly Ds100Need[], use?: 'open' | 'create', place?: Place): Promise<Ds100Admin>;
  /** Opens the place for bulk runs. */
  bulk(use?: BulkUse): Promise<Bulk>;
  /** Runs over DS100 devices; undefined for a server, which has none. */
  ds100Runs(needs: readonly Ds100Need[], use?: BulkUse): Promise<Ds100Runs | undefined>;
  /** What completion offers. It only reads files of this machine, and asks no server. */
  readonly candidates: Candidates;
}

export interface BulkUse {
  readonly journal?: string;
  /** How many requests may be under way. Refused on a local store, which needs none. */
  readonly concurrency?: number;
  /** Makes a local store that is not there. */
  readonly create?: boolean;
}

/** Profiles, their secrets, and their servers. */
export interface RemoteAccess {
  profiles(): Promise<Profiles>;
  credentials(): Promise<CredentialStore>;
  /** Finds the credential for a server, and what keeps it. Errors: `usage`. */
  signIn(place: RemotePlace): Promise<KnownSignIn>;
  probe: Probe;
  /** Sends a request in the words of a person, signed in, and returns the answer, whatever it is. */
  request(place: RemotePlace, ...request: Parameters<RawRequest>): ReturnType<RawRequest>;
}

/** Makes the context of a command. It has opened nothing yet; `close` closes what was opened through it. */
export type CreateContext = (io: Io, options: GlobalOptions) => { readonly context: Context; close(): void };

/** What the program runs on. */
export interface Versions {
  readonly node: string;
  readonly sqlite: string;
}

/** Where and how to serve. */
export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly socket?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly baseUrl?: string;
  /** Addresses, networks and `unix`, with commas between them. */
  readonly trustProxy?: readonly string[];
  readonly insecureHttp: boolean;
  /** Requests a minute and a client. */
  readonly rateLimit?: number;
}
