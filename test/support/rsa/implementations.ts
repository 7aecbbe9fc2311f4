import { onTestFinished } from 'vitest';
import { Secret } from '../../../src/domain/secret.ts';
import type { Ds100Admin, Ds100Need, Ds100Registration } from '../../../src/ports/ds100-admin.ts';
import { countedRandom, fixedClock } from '../fixed.ts';
import { temporaryHome } from '../home.ts';
import { contextOf } from '../open-context.ts';
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

async function openRsa(devices: readonly Ds100Registration[], needs: readonly Ds100Need[]): Promise<Ds100Admin> {
  const clock = fixedClock();
  const rsa = await fakeRsa({ now: () => clock.now() });
  for (const { email, ...device } of devices) {
    addDevice(rsa, device);
    if (email !== undefined) rsa.users.set(email, device.userId);
  }
  const config = { key: Secret.ofText(apiKeyText(rsa.url)) };
  const context = contextOf(temporaryHome(), { clock, random: countedRandom(), rsa: config, options: {} });
  const admin = await context.ds100(needs);
  onTestFinished(() => admin.close());
  return admin;
}

async function openRegistry(devices: readonly Ds100Registration[], needs: readonly Ds100Need[]): Promise<Ds100Admin> {
  const admin = await contextOf(temporaryHome(), { clock: fixedClock() }).ds100(needs, 'create');
  onTestFinished(() => admin.close());
  await admin.registry?.add(devices, { actor: 'tester' });
  return admin;
}
