import { visible } from '../../domain/device.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import type { Settings } from '../../domain/settings.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeviceStore } from '../../ports/device-store.ts';
import type { Messenger } from '../../ports/messenger.ts';
import type { Random } from '../../ports/random.ts';
import { challengeDevice } from './challenge-device.ts';
import { changeStatus, clearFails, removeDevice, updateContact, writeStatus } from './change-device.ts';
import { createDevice } from './create-device.ts';
import { resyncDevice, verifyDevice } from './verify-device.ts';

export interface LocalDeps {
  readonly store: DeviceStore;
  readonly audit: AuditLog;
  readonly messenger: Messenger;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
}

/** The embedded core: loads from the store, asks the domain, writes what it answers. */
export function createLocalBackend(deps: LocalDeps): Backend {
  const { store, audit, clock, settings } = deps;
  return {
    audit,
    async *list(selection, page) {
      yield* store.list(selection, page);
    },
    count: async (selection) => store.count(selection),
    explain: async (selection, page) => store.explain(selection, page),
    find: async (id) => {
      const record = store.find(id);
      return record && { ...visible(record), ...deviceTypes[record.type].parameters(record, settings) };
    },
    challenged: async (user, type) => store.challenged(user, type, clock.now()),
    create: (request, origin) => createDevice(deps, request, origin),
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
