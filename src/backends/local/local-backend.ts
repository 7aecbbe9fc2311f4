import { visible } from '../../domain/device/device.ts';
import { deviceTypes } from '../../domain/device-types/index.ts';
import { ofNoUser } from '../../domain/scope.ts';
import { userName } from '../../domain/user.ts';
import type { ApiKeyStore } from '../../ports/api-keys.ts';
import type { ServableBackend } from '../../ports/backend.ts';
import type { DeviceResources } from '../../ports/device-resources.ts';
import type { SettingsAdmin } from '../../ports/settings-admin.ts';
import type { UserDirectory } from '../../ports/user-directory.ts';
import type { LocalDeps } from './local-deps.ts';

/**
 * The embedded core: loads from the store, asks the domain, writes what it answers. What changes something is loaded
 * when it is asked to.
 */
export function createLocalBackend(deps: LocalDeps): ServableBackend {
  const { store, audit, clock } = deps;
  return {
    audit,
    apiKeys: deps.scope === undefined ? deps.apiKeys : scopedKeys(deps.apiKeys),
    resources: lazyResources(deps),
    settings: deps.scope === undefined ? lazySettings(deps) : scopedSettings(deps),
    users: lazyUsers(deps),
    async *list(selection, page) {
      yield* store.list(selection, page);
    },
    count: async (selection) => store.count(selection),
    find: async (id) => {
      const record = store.find(id);
      if (record === undefined) return undefined;
      const owner = store.owner(record);
      return {
        ...visible(record),
        ...deviceTypes[record.type].parameters(record, store.policy()),
        ...(owner?.active !== true && {
          userState: owner === undefined ? ('removed' as const) : ('inactive' as const),
        }),
      };
    },
    challenged: async (user, type) => store.challenged(user, type, clock.now()),
    enrollmentTerms: async (user) => (await creation()).termsFor(deps, user),
    async create(request, origin) {
      const { createDevice } = await creation();
      const { device, otpauthUri } = await createDevice(deps, request, origin);
      return { device, ...(otpauthUri && { otpauthUri }) };
    },
    async challenge(...request) {
      const { challengeDevice } = await import('./challenge-device.ts');
      return challengeDevice(deps, ...request);
    },
    verify: async (...attempt) => (await (await verification()).verifyDevice(deps, ...attempt)).verdict,
    resync: async (...attempt) => (await (await verification()).resyncDevice(deps, ...attempt)).verdict,
    async judge(id, [first, second], origin) {
      const { verifyDevice, resyncDevice } = await verification();
      return second === undefined
        ? verifyDevice(deps, id, first, origin)
        : resyncDevice(deps, id, [first, second], origin);
    },
    transition: async (...change) => (await changes()).changeStatus(deps, ...change),
    setStatus: async (...change) => (await changes()).writeStatus(deps, ...change),
    update: async (...change) => (await changes()).updateContact(deps, ...change),
    resetFails: async (...change) => (await changes()).clearFails(deps, ...change),
    remove: async (...change) => (await changes()).removeDevice(deps, ...change),
    within: async (scope) => createLocalBackend(await deps.within(scope)),
    close: () => store.close(),
  };
}

/** In a scope there are no keys: they are of the whole store. */
function scopedKeys({ authenticate }: ApiKeyStore): ApiKeyStore {
  const refuse = async () => {
    throw ofNoUser('an API key');
  };
  return { authenticate, list: refuse, create: refuse, rotate: refuse, revoke: refuse };
}

/** In a scope settings are read and not changed, for they are of everybody. */
function scopedSettings({ store }: LocalDeps): SettingsAdmin {
  const refuse = async () => {
    throw ofNoUser('a setting');
  };
  return { list: async () => store.settingRows(), change: refuse, test: refuse };
}

const creation = () => import('./create-device.ts');
let verifying: Promise<typeof import('./verify-device.ts')> | undefined;
/** Asked for at every code: looked up once. */
const verification = () => {
  verifying ??= import('./verify-device.ts');
  return verifying;
};
const changes = () => import('./change-device.ts');

/** Resources are what a server serves. */
function lazyResources(deps: LocalDeps): DeviceResources {
  let loaded: DeviceResources | undefined;
  const load = async () => {
    loaded ??= (await import('./local-resources.ts')).createLocalResources(deps);
    return loaded;
  };
  return {
    enabledTypes: async () => (await load()).enabledTypes(),
    async *list(selection, page) {
      yield* (await load()).list(selection, page);
    },
    // What a server is asked most: a call that waits for nothing waits no turn.
    find: (id) => (loaded ? loaded.find(id) : load().then((resources) => resources.find(id))),
    create: async (request, origin) => (await load()).create(request, origin),
    put: async (...change) => (await load()).put(...change),
    remove: async (...change) => (await load()).remove(...change),
  };
}

/** Settings are changed seldom: what that takes is loaded then. */
function lazySettings(deps: LocalDeps): SettingsAdmin {
  const load = async () => (await import('./local-settings.ts')).createLocalSettings(deps);
  return {
    list: async () => deps.store.settingRows(),
    change: async (values, origin, options) => (await load()).change(values, origin, options),
    test: async (...test) => (await load()).test(...test),
  };
}

/** So are users. */
function lazyUsers(deps: LocalDeps): UserDirectory {
  const load = async () => (await import('./local-users.ts')).createLocalUsers(deps);
  return {
    async *list() {
      yield* deps.store.users();
    },
    find: async (name) => deps.store.user(userName(name)),
    set: async (...change) => (await load()).set(...change),
    remove: async (...change) => (await load()).remove(...change),
  };
}
