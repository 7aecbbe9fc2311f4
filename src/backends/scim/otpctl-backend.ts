import type { Backend, WholeBackend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/system/clock.ts';
import type { Transport } from './transport/transport.ts';
import { createV1ApiKeys } from './v1/v1-api-keys.ts';
import { createV1Audit } from './v1/v1-audit.ts';
import { createV1Client } from './v1/v1-client.ts';
import { createV1Devices } from './v1/v1-devices.ts';
import { createV1Settings } from './v1/v1-settings.ts';
import { createV1Users } from './v1/v1-users.ts';

/**
 * The devices of an `otpctl serve`: lists, status changes and deletions as SCIM, with the ETag of the device, and
 * through its own API what SCIM has no words for.
 */
export function createOtpctlBackend(scim: Backend, transport: Transport, clock: Clock): WholeBackend {
  const client = createV1Client(transport);
  const settings = createV1Settings(client);
  const users = createV1Users(client);
  const { unlock, ...devices } = createV1Devices(client);
  return {
    ...scim,
    ...devices,
    audit: createV1Audit(client),
    settings,
    users,
    apiKeys: createV1ApiKeys(client, clock),
    async enrollmentTerms(name) {
      const [{ enrollmentTerms }, { settingsOf }, rows, user] = await Promise.all([
        import('../../domain/enrollment/enrollment.ts'),
        import('../../domain/settings/settings.ts'),
        settings.list(),
        users.find(name),
      ]);
      return enrollmentTerms(name, user, settingsOf(new Map(rows.map(({ key, value }) => [key, value]))));
    },
    // Through its own API, since only the server knows what the device was before it was locked.
    transition: (id, to, origin) => (to === 'unlock' ? unlock(id, origin) : scim.transition(id, to, origin)),
  };
}
