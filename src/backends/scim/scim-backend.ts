import type { Backend } from '../../ports/backend.ts';
import type { Random } from '../../ports/system/random.ts';
import { findDevice } from './devices/find-device.ts';
import { createMomentReader, createTimeReader } from './devices/zone-time.ts';
import type { ServerDialect } from './dialects.ts';
import { countDevices, listDevices } from './lists/list-devices.ts';
import type { ScimRemote } from './scim-remote.ts';
import type { Transport } from './transport/transport.ts';

export interface ScimDeps {
  readonly transport: Transport;
  readonly dialect: ServerDialect;
  /** IANA name: of what zone the server's times are that name none. */
  readonly timezone: string;
  readonly random: Random;
  /** The ServiceProviderConfig of the server, where it is known; else it is asked for when it is needed. */
  readonly config?: unknown;
}

/**
 * The devices of a SCIM server: Soffid's OTP service as it is, or any that has the resource. Lists are what most commands
 * want; all else is loaded when it is asked for.
 */
export function createScimBackend({ transport, dialect, timezone, random, config }: ScimDeps): Backend {
  const remote: ScimRemote = {
    ...dialect,
    transport,
    random,
    config,
    readTime: createTimeReader(timezone),
    readMoment: createMomentReader(timezone),
  };
  return {
    async enrollmentTerms(user) {
      const { DEFAULT_SETTINGS } = await import('../../domain/settings/settings.ts');
      return { settings: DEFAULT_SETTINGS, account: user };
    },
    list: (selection, page) => listDevices(remote, selection, page),
    count: (selection, page) => countDevices(remote, selection, page),
    find: async (id) => (await findDevice(remote, id))?.device,
    challenged: async () => undefined,
    create: async (request) => (await import('./devices/create-device.ts')).createDevice(remote, request),
    challenge: async (id, options) =>
      (await import('./devices/challenge-device.ts')).challengeDevice(remote, id, options),
    verify: async (id, code) => (await import('./devices/verify-device.ts')).verifyDevice(remote, id, code),
    transition: async (...change) => (await changes()).changeStatus(remote, ...change),
    setStatus: async (...change) => (await changes()).writeStatus(remote, ...change),
    remove: async (...change) => (await changes()).deleteDevice(remote, ...change),
    async batches() {
      const { createBatches } = await import('./bulk/batches.ts');
      return createBatches(remote);
    },
    close: () => transport.close(),
  };
}

const changes = () => import('./devices/change-device.ts');
