import { DEFAULT_SETTINGS, type Settings } from '../../domain/settings.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SettingsAdmin } from '../../ports/settings-admin.ts';
import { createScimBackend, type RemoteBackend, type ScimDeps } from './scim-backend.ts';
import { createV1ApiKeys } from './v1-api-keys.ts';
import { createV1Audit } from './v1-audit.ts';
import { createV1Client } from './v1-client.ts';
import { createV1Devices } from './v1-devices.ts';
import { createV1Settings } from './v1-settings.ts';
import { createV1Users } from './v1-users.ts';

/**
 * The devices of an `otpctl serve`: lists, status changes and deletions as SCIM, with the ETag of the device, and
 * through its own API what SCIM has no words for.
 */
export function createOtpctlBackend(
  deps: Pick<ScimDeps, 'transport' | 'random'> & { readonly clock: Clock },
): RemoteBackend {
  const scim = createScimBackend({ ...deps, dialect: 'rfc', timezone: 'UTC', keepsOrigin: true });
  const client = createV1Client(deps.transport);
  const settings = createV1Settings(client);
  const { unlock, ...devices } = createV1Devices(client);
  return {
    ...scim,
    ...devices,
    audit: createV1Audit(client),
    settings,
    users: createV1Users(client),
    apiKeys: createV1ApiKeys(client, deps.clock),
    enrollmentTerms: async (user) => ({ settings: await serverSettings(settings), account: user }),
    // What a device was before it was locked, only the server knows.
    transition: (id, to, origin) => (to === 'unlock' ? unlock(id, origin) : scim.transition(id, to, origin)),
  };
}

/** The settings of the server that say what the codes of new devices are like. */
async function serverSettings(admin: SettingsAdmin): Promise<Settings> {
  const rows = await admin.list();
  const of = (type: 'totp' | 'hotp') =>
    Object.fromEntries(
      rows
        .filter(
          ({ key }) => key.startsWith(`${type}.`) && Object.hasOwn(DEFAULT_SETTINGS[type], key.slice(type.length + 1)),
        )
        .map((row) => [row.key.slice(type.length + 1), row.value ?? row.default])
        .filter(([, value]) => value !== undefined),
    );
  const { totp, hotp } = DEFAULT_SETTINGS;
  return { ...DEFAULT_SETTINGS, totp: { ...totp, ...of('totp') }, hotp: { ...hotp, ...of('hotp') } } as Settings;
}
