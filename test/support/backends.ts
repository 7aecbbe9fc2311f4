import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { compose, type Replacements } from '../../src/compose.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { environmentOf, temporaryHome } from './home.ts';
import { openServed, openServedAsSoffid } from './otpctl-implementation.ts';
import { openSoffid } from './soffid-implementation.ts';

export interface Implementation {
  readonly name: string;
  open(replaced: Replacements): Promise<ServableBackend>;
}

/** Everything that says it is a backend: the contract is run on each. */
export const IMPLEMENTATIONS: readonly Implementation[] = [
  { name: 'local', open: openLocal },
  { name: 'Soffid', open: openSoffid },
  { name: 'otpctl', open: async (replaced) => openServed(await openLocal(replaced), replaced) },
  {
    name: 'otpctl as Soffid',
    open: async (replaced) => openServedAsSoffid(await openLocal(replaced), replaced),
  },
];

export const ORIGIN = { actor: 'tester' };

async function openLocal(replaced: Replacements): Promise<ServableBackend> {
  const home = temporaryHome();
  const adapters = compose({ environment: environmentOf(home), uid: 0 }, replaced);
  const backend = (await adapters.backend({ store: join(home, 'store.db') }, true, {
    origin: ORIGIN,
    trace: () => {},
  })) as ServableBackend;
  onTestFinished(() => backend.close());
  return backend;
}
