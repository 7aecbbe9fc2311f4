import { openLocal as openStore } from '../src/compose/local.ts';
import { createOpenContext, type Replacements } from '../src/compose/open-context.ts';
import type { ServableBackend } from '../src/ports/backend.ts';

export const ORIGIN = { actor: 'bench' };

/** Where a user is whose home is a folder of the benchmark's own. */
export function environmentOf(home: string): Record<string, string> {
  return { HOME: home, PATH: process.env['PATH'] ?? '' };
}

export interface LocalOptions extends Replacements {
  readonly home: string;
  /** The store; the default one of the home unless it is said. */
  readonly store?: string;
  readonly create?: boolean;
}

/** Opens the local backend on a real file, as the program does. */
export async function openLocal({ home, store, create = false, ...replaced }: LocalOptions): Promise<ServableBackend> {
  const opener = { origin: ORIGIN, trace: () => {}, notice: () => {} };
  const by = createOpenContext(environmentOf(home), replaced, opener);
  return (await openStore(store === undefined ? {} : { store }, { create }, by)).backend;
}
