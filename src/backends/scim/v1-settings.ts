import { Secret } from '../../domain/secret.ts';
import type { SettingRow } from '../../domain/setting-value.ts';
import type { DeliveryStep } from '../../ports/messenger.ts';
import type { SettingsAdmin } from '../../ports/settings-admin.ts';
import type { V1Client } from './v1-client.ts';

const LOOK = 'otpctl settings list';

/** The settings of an otpctl server. */
export function createV1Settings(client: V1Client): SettingsAdmin {
  return {
    async list() {
      const { settings } = await client.send({ method: 'GET', path: '/settings' });
      return settings as readonly SettingRow[];
    },
    async change(values, origin, { dryRun = false } = {}) {
      // Which of them are secret, the server knows.
      const secrets = Object.values(values).map((value) => Secret.ofText(String(value ?? '')));
      const outcome = await client.send({
        method: 'PATCH',
        path: '/settings',
        body: { values, ...(dryRun && { dryRun }) },
        change: { origin, what: 'the change of settings', look: LOOK },
        secrets,
      });
      return outcome as unknown as Awaited<ReturnType<SettingsAdmin['change']>>;
    },
    async test(channel, to, origin, report) {
      const change = { origin, what: 'the test message', look: LOOK };
      const { steps } = await client.send({ method: 'POST', path: '/settings/test', body: { channel, to }, change });
      for (const step of steps as readonly DeliveryStep[]) report(step);
    },
  };
}
