import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { compose } from '../../../src/compose.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Ds100Admin, Ds100Need, Ds100Registration } from '../../../src/ports/ds100-admin.ts';
import { countedRandom, fixedClock } from '../fixed.ts';
import { environmentOf, temporaryHome } from '../home.ts';
import { fakeRsa } from './fake-rsa.ts';
import { addDevice } from './helpdesk.ts';
import { apiKeyText } from './keys.ts';

interface Implementation {
  readonly name: string;
  /** The port over a place that has these devices. */
  open(devices: readonly Ds100Registration[], needs: readonly Ds100Need[]): Promise<Ds100Admin>;
}

/** Everything that says it is a `Ds100Admin`: the contract is run on each. */
export const DS100_IMPLEMENTATIONS: readonly Implementation[] = [
  { name: 'RSA', open: openRsa },
  { name: 'the local registry', open: openRegistry },
];

const VISIT = { origin: { actor: 'tester' }, trace: () => {} };

async function openRsa(devices: readonly Ds100Registration[], needs: readonly Ds100Need[]): Promise<Ds100Admin> {
  const clock = fixedClock();
  const rsa = await fakeRsa({ now: () => clock.now() });
  for (const { email, ...device } of devices) {
    addDevice(rsa, device);
    if (email !== undefined) rsa.users.set(email, device.userId);
  }
  const config = { key: Secret.ofText(apiKeyText(rsa.url)) };
  const adapters = compose(
    { environment: environmentOf(temporaryHome()), uid: 0 },
    { clock, random: countedRandom(), rsa: config },
  );
  const admin = await adapters.ds100({ storeOnly: false, place: async () => ({}) }, needs, false, VISIT);
  onTestFinished(() => admin.close());
  return admin;
}

async function openRegistry(devices: readonly Ds100Registration[], needs: readonly Ds100Need[]): Promise<Ds100Admin> {
  const home = temporaryHome();
  const adapters = compose({ environment: environmentOf(home), uid: 0 }, { clock: fixedClock() });
  const admin = await adapters.ds100(
    { storeOnly: true, place: async () => ({ store: join(home, 'store.db') }) },
    needs,
    true,
    VISIT,
  );
  onTestFinished(() => admin.close());
  await admin.registry?.add(devices, VISIT.origin);
  return admin;
}
