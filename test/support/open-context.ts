import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Context } from '../../src/cli/context.ts';
import type { GlobalOptions } from '../../src/cli/parse/global-options.ts';
import type { Io } from '../../src/cli/terminal/io.ts';
import { compose } from '../../src/compose/compose.ts';
import { openLocal } from '../../src/compose/local.ts';
import { createOpenContext, type Replacements } from '../../src/compose/open-context.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { environmentOf } from './home.ts';

interface ContextOptions extends Replacements {
  /** What the command line says; else the store `store.db` of the home. */
  readonly options?: GlobalOptions;
  readonly io?: Partial<Io>;
}

/** What a command in a home gets, without a command: nobody reads what is printed. */
export function contextOf(home: string, { options, io, ...replaced }: ContextOptions = {}): Context {
  const quiet: Io = {
    stdin: new PassThrough().end(),
    stdout: new PassThrough().resume(),
    stderr: new PassThrough().resume(),
    environment: environmentOf(home),
    interruption: new AbortController().signal,
    ...io,
  };
  const createContext = compose({ uid: 0 }, { actor: 'tester', ...replaced });
  return createContext(quiet, options ?? { store: join(home, 'store.db') }).context;
}

/** Opens a store with the keys of a home, which is made where it is not there. Who opens it closes it. */
export async function openBackend(
  home: string,
  replaced: Replacements = {},
  store = join(home, 'store.db'),
): Promise<ServableBackend> {
  const opener = { origin: { actor: 'tester' }, trace: () => {}, notice: () => {} };
  const by = createOpenContext(environmentOf(home), replaced, opener);
  return (await openLocal({ store }, { create: true }, by)).backend;
}
