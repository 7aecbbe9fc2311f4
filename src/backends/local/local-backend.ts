import { visible } from '../../domain/device.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { enrollmentTerms } from '../../domain/enrollment.ts';
import { userName } from '../../domain/user.ts';
import type { ApiKeys } from '../../ports/api-keys.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeviceStore } from '../../ports/device-store.ts';
import type { Messenger } from '../../ports/messenger.ts';
import type { Random } from '../../ports/random.ts';
import type { SettingsAdmin } from '../../ports/settings-admin.ts';
import { challengeDevice } from './challenge-device.ts';
import { changeStatus, clearFails, removeDevice, updateContact, writeStatus } from './change-device.ts';
import { createDevice } from './create-device.ts';
import { createLocalResources } from './local-resources.ts';
import { createLocalUsers } from './local-users.ts';
import { resyncDevice, verifyDevice } from './verify-device.ts';

export interface LocalDeps {
  readonly store: DeviceStore;
  readonly audit: AuditLog;
  readonly apiKeys: ApiKeys;
  /** Loaded when a message is to be sent. */
  messenger(): Promise<Messenger>;
  readonly clock: Clock;
  readonly random: Random;
}

/** The embedded core: loads from the store, asks the domain, writes what it answers. */
export function createLocalBackend(deps: LocalDeps): Backend {
  const { store, audit, apiKeys, clock } = deps;
  return {
    audit,
    apiKeys,
    resources: createLocalResources(deps),
    settings: lazySettings(deps),
    users: createLocalUsers(deps),
    async *list(selection, page) {
      yield* store.list(selection, page);
    },
    count: async (selection) => store.count(selection),
    explain: async (selection, page) => store.explain(selection, page),
    find: async (id) => {
      const record = store.find(id);
      return record && { ...visible(record), ...deviceTypes[record.type].parameters(record, store.policy()) };
    },
    challenged: async (user, type) => store.challenged(user, type, clock.now()),
    enrollmentTerms: async (user) => {
      const name = userName(user);
      return enrollmentTerms(name, store.user(name), store.policy());
    },
    create: async (request, origin) => {
      const { device, otpauthUri } = await createDevice(deps, request, origin);
      return { device, ...(otpauthUri && { otpauthUri }) };
    },
    challenge: (id, options, origin) => challengeDevice(deps, id, options, origin),
    verify: (id, code, origin) => verifyDevice(deps, id, code, origin),
    resync: (id, codes, origin) => resyncDevice(deps, id, codes, origin),
    transition: (id, to, origin) => changeStatus(deps, id, to, origin),
    setStatus: (id, status, origin) => writeStatus(deps, id, status, origin),
    update: (id, contact, origin) => updateContact(deps, id, contact, origin),
    resetFails: (id, origin) => clearFails(deps, id, origin),
    remove: (id, origin) => removeDevice(deps, id, origin),
    close: () => store.close(),
  };
}

/** Settings are changed seldom: what that takes is loaded then. */
function lazySettings(deps: LocalDeps): SettingsAdmin {
  const load = async () => (await import('./local-settings.ts')).createLocalSettings(deps);
  return {
    list: async () => deps.store.settingRows(),
    change: async (values, origin, options) => (await load()).change(values, origin, options),
    test: async (channel, to, origin, report) => (await load()).test(channel, to, origin, report),
  };
}
