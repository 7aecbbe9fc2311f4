import type { Instant } from '../domain/instant.ts';
import type { Origin } from '../domain/origin.ts';
import type { Backend } from '../ports/backend.ts';
import type { Bulk } from '../ports/bulk.ts';
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
  /** Opens the place for bulk runs; of a remote one, the file that its journal is in may be named. */
  bulk(use?: BulkUse): Promise<Bulk>;
}

interface BulkUse {
  readonly journal?: string;
  /** Makes a local store that is not there. */
  readonly create?: boolean;
}

/** What a composition root has to bring: the adapters, each made when it is asked for. */
export interface Adapters {
  actor(): string;
  now(): Instant;
  backend(place: Place, create: boolean, by: Visit): Promise<Backend>;
  storeAdmin(place: Place, by: Visit): Promise<StoreAdmin>;
  bulk(place: Place, use: BulkUse, by: Visit): Promise<Bulk>;
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
}
