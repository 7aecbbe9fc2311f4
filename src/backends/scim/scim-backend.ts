import { DEFAULT_SETTINGS } from '../../domain/settings/settings.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Random } from '../../ports/system/random.ts';
import { challengeDevice } from './devices/challenge-device.ts';
import { changeStatus, writeStatus } from './devices/change-status.ts';
import { createDevice } from './devices/create-device.ts';
import { deleteDevice } from './devices/delete-device.ts';
import { findDevice } from './devices/find-device.ts';
import { verifyDevice } from './devices/verify-device.ts';
import { createMomentReader, createTimeReader } from './devices/zone-time.ts';
import type { ServerDialect } from './dialects.ts';
import { countDevices, explainList, listDevices } from './lists/list-devices.ts';
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

/** The devices of a SCIM server: Soffid's OTP service as it is, or any that has the resource. */
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
    enrollmentTerms: async (user) => ({ settings: DEFAULT_SETTINGS, account: user }),
    list: (selection, page) => listDevices(remote, selection, page),
    count: (selection, page) => countDevices(remote, selection, page),
    explain: async (selection, page) => explainList(remote, selection, page),
    find: async (id) => (await findDevice(remote, id))?.device,
    challenged: async () => undefined,
    create: (request) => createDevice(remote, request),
    challenge: (id, options) => challengeDevice(remote, id, options),
    verify: (id, code) => verifyDevice(remote, id, code),
    transition: (id, to, origin) => changeStatus(remote, id, to, origin),
    setStatus: (id, status, origin) => writeStatus(remote, id, status, origin),
    remove: (id, origin) => deleteDevice(remote, id, origin),
    async batches() {
      const { createBatches } = await import('./bulk/batches.ts');
      return createBatches(remote);
    },
    close: () => transport.close(),
  };
}
