import type { Instant } from '../domain/instant.ts';
import type { Origin } from '../domain/origin.ts';
import type { Backend } from '../ports/backend.ts';
import type { Ds100Admin, Ds100Need } from '../ports/ds100-admin.ts';
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
  storeAdmin(): Promise<StoreAdmin>;
  /**
   * DS100 authenticators, at RSA or in the registry of the local store; `needs` is all that will be asked for. With
   * `create`, makes a store that is not there. Closed at the end of the run.
   */
  ds100(needs: readonly Ds100Need[], use?: 'open' | 'create'): Promise<Ds100Admin>;
}

/** What a composition root has to bring: the adapters, each made when it is asked for. */
export interface Adapters {
  actor(): string;
  now(): Instant;
  backend(place: Place, create: boolean, by: Visit): Promise<Backend>;
  storeAdmin(place: Place, by: Visit): Promise<StoreAdmin>;
  ds100(place: Place, needs: readonly Ds100Need[], create: boolean, by: Visit): Promise<Ds100Admin>;
}

/** Who opens a place, and who hears what happens on the way. */
export interface Visit {
  readonly origin: Origin;
  trace(text: string): void;
}

/** Where the devices are. */
export interface Place {
  /** The path of a local store; undefined for the default one. */
  readonly store?: string;
  /** Whether the command line names the store: then RSA is not meant, whatever the environment says. */
  readonly storeOnly?: boolean;
}
