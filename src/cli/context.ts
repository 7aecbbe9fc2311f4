import type { Instant } from '../domain/instant.ts';
import type { Origin } from '../domain/origin.ts';
import type { Backend } from '../ports/backend.ts';
import type { StoreAdmin } from '../ports/store-admin.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Io } from './io.ts';
import type { Printer } from './printer.ts';
import type { Prompts } from './prompts.ts';

/** What a command may reach. Everything that costs something is a function: `--help` opens nothing. */
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
  /** Whether the place is there; false for a local store that nobody has made yet. */
  isThere(): Promise<boolean>;
  storeAdmin(): Promise<StoreAdmin>;
  /** Serves the place until the process is told to end. Errors: `listen-failed`, `usage`. */
  serve(options: ServeOptions): Promise<void>;
}

/** What a composition root has to bring: the adapters, each made when it is asked for. */
export interface Adapters {
  actor(): string;
  now(): Instant;
  backend(place: Place, create: boolean, by: Visit): Promise<Backend>;
  isThere(place: Place): Promise<boolean>;
  storeAdmin(place: Place, by: Visit): Promise<StoreAdmin>;
  serve(place: Place, options: ServeOptions, terms: ServeTerms, by: Visit): Promise<void>;
}

/** Who opens a place, and who hears what happens on the way. */
interface Visit {
  readonly origin: Origin;
  trace(text: string): void;
}

/** Where the devices are. */
export interface Place {
  /** The path of a local store; undefined for the default one. */
  readonly store?: string;
}

/** Where and how to serve. */
interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly socket?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly baseUrl?: string;
  readonly trustProxy: boolean;
  readonly insecureHttp: boolean;
  /** Requests a minute and a client. */
  readonly rateLimit?: number;
}

/** What a server needs of its process. */
interface ServeTerms {
  announce(line: string): Promise<void>;
  readonly log: { write(line: string): void };
  readonly interruption: AbortSignal;
}
