import { onTestFinished } from 'vitest';
import type { Replacements } from '../../src/compose/open-context.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import { temporaryHome } from './home.ts';
import { openBackend } from './open-context.ts';
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
  const backend = await openBackend(temporaryHome(), replaced);
  onTestFinished(() => backend.close());
  return backend;
}
